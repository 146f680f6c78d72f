"""With JavaScript switched off, one still signs in, reads, answers and closes."""

from playwright.sync_api import expect


def test_signing_in_reading_answering_and_closing(demo, alex, password, visit):
    page = visit(demo, java_script_enabled=False)
    page.goto("/inbox/to-take/")
    page.get_by_label("Adresse e-mail").fill("alex@confluent.example")
    page.get_by_label("Mot de passe").fill(password)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=2, name="À prendre")).to_be_visible()

    page.get_by_role("link", name="à répondre").last.click()
    page.get_by_role("textbox", name="Répondre").fill("Bonjour,\n\nC'est noté pour samedi.")
    page.get_by_role("button", name="Envoyer", exact=True).click()
    messages = page.get_by_role("region", name="Messages").get_by_role("article")
    expect(messages.filter(has_text="C'est noté pour samedi.")).to_be_visible()

    page.get_by_role("button", name="Terminer", exact=True).click()
    expect(page.get_by_role("button", name="Rouvrir")).to_be_visible()
