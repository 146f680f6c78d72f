/** Says something for `seconds`, longer while one points at it; 0 stays until closed. */
customElements.define("undo-toast", class extends HTMLElement {
  connectedCallback() {
    const close = this.querySelector("[data-close]")
    close.hidden = false
    close.onclick = () => this.remove()
    this.addEventListener("htmx:afterRequest", () => this.remove())
    this.left = Number(this.getAttribute("seconds")) * 1000
    if (!this.left) return
    this.style.setProperty("--toast-time", `${this.left}ms`)
    this.classList.add("is-counting")
    this.timer = setInterval(() => this.tick(), 250)
  }

  disconnectedCallback() { clearInterval(this.timer) }

  tick() {
    if (!this.matches(":hover, :focus-within")) this.left -= 250
    if (this.left <= 0) this.remove()
  }
})
