/** Gives a sandboxed frame (ours, without scripts) the height of what is in it. */
customElements.define("mail-frame", class extends HTMLElement {
  connectedCallback() {
    this.frame = this.querySelector("iframe")
    this.frame.addEventListener("load", () => this.fit())
    if (this.frame.contentDocument?.readyState === "complete") this.fit()
  }

  disconnectedCallback() { this.observer?.disconnect() }

  fit() {
    const body = this.frame.contentDocument?.body
    if (!body) return
    this.observer?.disconnect()
    this.observer = new ResizeObserver(() => this.size(body))
    this.observer.observe(body)
    this.size(body)
  }

  size(body) {
    const height = Math.min(Math.max(body.scrollHeight, body.parentElement.offsetHeight, 40), 20000)
    this.frame.style.height = `${height + 4}px`
  }
})
