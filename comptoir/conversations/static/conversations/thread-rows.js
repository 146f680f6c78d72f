/** Says which row of the list is the thread that lies open; "Show more" gives its place to the first row it brings. */
customElements.define("thread-rows", class extends HTMLElement {
  connectedCallback() {
    this.mark = () => this.querySelectorAll("[data-row]").forEach(row => this.markOne(row))
    for (const kind of ["htmx:pushedIntoHistory", "htmx:afterSettle"]) document.body.addEventListener(kind, this.mark)
    this.addEventListener("htmx:beforeSwap", ({ detail }) => this.more(detail.target))
  }

  disconnectedCallback() {
    for (const kind of ["htmx:pushedIntoHistory", "htmx:afterSettle"]) document.body.removeEventListener(kind, this.mark)
  }

  more(end) {
    if (!end.matches(".list__next") || !end.contains(document.activeElement)) return
    const last = end.previousElementSibling
    this.addEventListener("htmx:afterSwap", () => last?.nextElementSibling?.querySelector("a")?.focus({ preventScroll: true }), { once: true })
  }

  markOne(row) {
    const open = new URL(row.href).pathname === location.pathname
    open ? row.setAttribute("aria-current", "true") : row.removeAttribute("aria-current")
  }
})
