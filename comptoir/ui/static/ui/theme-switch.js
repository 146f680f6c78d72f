/** Wraps the radio buttons of the theme: shows the choice at once; the form around it keeps it. */
customElements.define("theme-switch", class extends HTMLElement {
  connectedCallback() {
    this.onchange = event => { document.documentElement.dataset.theme = event.target.value }
  }
})
