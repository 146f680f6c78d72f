/** Lets a passkey fill the hidden `credential` of its form: `act` is "get" to use one, "create" to make one.
    `options` names a JSON element of the page, or `options-url` says where to ask for them. */
customElements.define("passkey-form", class extends HTMLElement {
  connectedCallback() {
    if (!window.PublicKeyCredential) return
    this.hidden = false
    this.form = this.querySelector("form")
    this.form.addEventListener("submit", event => { event.preventDefault(); this.ask() })
  }

  async ask() {
    const status = this.querySelector("[role=status]")
    status.textContent = ""
    try {
      const credential = await this.credential(await this.options())
      this.form.elements.credential.value = JSON.stringify(credential)
      this.form.submit()
    } catch {
      status.textContent = this.dataset.refused
    }
  }

  async options() {
    const url = this.getAttribute("options-url")
    if (!url) return JSON.parse(document.getElementById(this.getAttribute("options")).textContent)
    const answer = await fetch(url, { headers: { Accept: "application/json" } })
    return (await answer.json()).request_options
  }

  async credential({ publicKey }) {
    if (this.getAttribute("act") === "create") {
      publicKey.authenticatorSelection = { ...publicKey.authenticatorSelection,
        residentKey: "required", requireResidentKey: true, userVerification: "required" }
      publicKey.user.id = bytes(publicKey.user.id)
    }
    publicKey.challenge = bytes(publicKey.challenge)
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      publicKey[list] = (publicKey[list] ?? []).map(one => ({ ...one, id: bytes(one.id) }))
    }
    const made = await navigator.credentials[this.getAttribute("act")]({ publicKey })
    return plain(made)
  }
})

/** A credential as JSON: every buffer in base64url. */
function plain(made) {
  const { response } = made
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]
  const told = Object.fromEntries(parts.filter(part => response[part]).map(part => [part, text(response[part])]))
  if (response.getTransports) told.transports = response.getTransports()
  return { id: made.id, rawId: text(made.rawId), type: made.type, response: told,
    clientExtensionResults: made.getClientExtensionResults(), authenticatorAttachment: made.authenticatorAttachment }
}

function bytes(base64url) {
  const raw = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"))
  return Uint8Array.from(raw, letter => letter.charCodeAt(0))
}

function text(buffer) {
  const raw = String.fromCharCode(...new Uint8Array(buffer))
  return btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
}
