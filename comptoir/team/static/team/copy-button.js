/** Copies its `value`, then says so to everyone, including screen readers. */
customElements.define("copy-button", class extends HTMLElement {
  connectedCallback() {
    this.querySelector("button").addEventListener("click", () => this.copy())
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.getAttribute("value"))
    } catch {
      // Over plain http there is no clipboard: select it, and the old command still works.
      this.querySelector("input").select()
      document.execCommand("copy")
    }
    this.querySelector("[role=status]").textContent = this.dataset.done
  }
})
