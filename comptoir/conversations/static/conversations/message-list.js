/** The messages of a thread: opens on the newest, and never moves what is being read when another comes. */
customElements.define("message-list", class extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ol")
    this.newer = this.querySelector("[data-newer]")
    this.newer.onclick = () => this.show(this.list.lastElementChild)
    this.onscroll = () => this.moved()
    this.room = new ResizeObserver(() => { if (this.staysAtEnd) this.scrollTop = this.scrollHeight })
    for (const one of [this, this.list]) this.room.observe(one)
    this.watcher = new MutationObserver(changes => this.changed(changes))
    this.watcher.observe(this.list, { childList: true })
    this.guard = event => this.keepMenus(event)
    document.body.addEventListener("htmx:oobBeforeSwap", this.guard)
    if (!location.hash) this.open()
  }

  disconnectedCallback() {
    this.room.disconnect()
    this.watcher.disconnect()
    document.body.removeEventListener("htmx:oobBeforeSwap", this.guard)
  }

  // At the end one stays there when the composer grows.
  moved() {
    this.staysAtEnd = this.scrollHeight - this.scrollTop - this.clientHeight < 4
    if (this.isAtEnd) this.newer.hidden = true
  }

  get isAtEnd() { return this.scrollHeight - this.scrollTop - this.clientHeight < 120 }

  open() {
    const last = this.list.lastElementChild
    if (last) this.scrollTop += last.getBoundingClientRect().top - this.getBoundingClientRect().top - 12
    this.moved()
    const list = document.querySelector(".list")
    if (list && !list.checkVisibility()) this.closest(".thread").querySelector("#thread-title")?.focus({ preventScroll: true })
  }

  changed(changes) {
    const added = changes.flatMap(change => [...change.addedNodes]).filter(node => node.matches?.("li")).filter(node => this.keep(node))
    if (!added.length) return
    const ours = added.every(node => !node.matches(".message--inbound"))
    if (ours && document.activeElement === document.body) this.focus({ preventScroll: true })
    if (ours || this.wasAtEnd(added)) this.show(added.at(-1))
    else this.newer.hidden = false
  }

  // An answer and the stream may both bring the same message, or both take it away.
  keep(node) {
    const { gone } = node.dataset
    const isNew = !gone && this.list.querySelector(`#${node.id}`) === node
    if (gone) this.list.querySelector(`#message-${gone}`)?.remove()
    if (!isNew) node.remove()
    return isNew
  }

  wasAtEnd(added) {
    const height = added.reduce((sum, node) => sum + node.offsetHeight, 0)
    return this.scrollHeight - this.scrollTop - this.clientHeight - height < 160
  }

  show(message) {
    this.newer.hidden = true
    message?.scrollIntoView({ block: "nearest", behavior: "smooth" })
  }

  // The head of the thread is not redrawn under the hand: while a menu is open there, or a button waits for its answer.
  keepMenus({ detail }) {
    if (detail.target?.matches?.(".head") && detail.target.querySelector("details[open], .htmx-request")) detail.shouldSwap = false
  }
})
