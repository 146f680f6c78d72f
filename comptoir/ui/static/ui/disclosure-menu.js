/** A menu made of <details>: closes on Escape, on a choice, and when one looks elsewhere; arrows walk its items. */
customElements.define("disclosure-menu", class extends HTMLElement {
  connectedCallback() {
    this.details = this.querySelector("details")
    this.onkeydown = event => this.key(event)
    this.onclick = event => event.target.closest(".menu__item") && setTimeout(() => this.close())
    this.elsewhere = event => this.contains(event.target) || this.close()
    this.details.ontoggle = () => this.toggled()
  }

  disconnectedCallback() { this.watch(false) }

  // What has the focus goes out of sight: the button that opened it takes it.
  close() {
    if (this.details.open && this.querySelector(".menu__list").contains(document.activeElement)) this.querySelector("summary").focus()
    this.details.open = false
  }

  watch(open) {
    for (const kind of ["pointerdown", "focusin"]) document[open ? "addEventListener" : "removeEventListener"](kind, this.elsewhere)
  }

  toggled() {
    const { open } = this.details
    this.watch(open)
    if (open) this.querySelector("[autofocus], .menu__item, input:not([type=hidden]), select")?.focus()
  }

  key(event) {
    if (event.key === "Escape" && this.details.open) {
      this.close()
      this.querySelector("summary").focus()
      event.stopPropagation()
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step || event.target.matches("input, select, textarea")) return
    const items = [...this.querySelectorAll(".menu__item")]
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length]?.focus()
    event.preventDefault()
  }
})
