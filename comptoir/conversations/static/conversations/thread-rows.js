/** Says which row of the list is the thread that lies open. */
customElements.define("thread-rows", class extends HTMLElement {
  connectedCallback() {
    this.mark = () => this.querySelectorAll("[data-row]").forEach(row => this.markOne(row))
    for (const kind of ["htmx:pushedIntoHistory", "htmx:afterSettle"]) document.body.addEventListener(kind, this.mark)
  }

  disconnectedCallback() {
    for (const kind of ["htmx:pushedIntoHistory", "htmx:afterSettle"]) document.body.removeEventListener(kind, this.mark)
  }

  markOne(row) {
    const open = new URL(row.href).pathname === location.pathname
    open ? row.setAttribute("aria-current", "true") : row.removeAttribute("aria-current")
  }
})
