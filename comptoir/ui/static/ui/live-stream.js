/**
 * Follows the shop's event log, and tells the page.
 *
 * One stream per browser: the tab that holds the lock listens and repeats to the others. Each event becomes
 * `live:<kind>`, `live:<subject>` ("live:thread:42"), `live:<noun>` ("live:thread") and `live:<name>:<value>` for
 * each of its data, on <body>, with {kind, subject, data, cursor}. A tab that cannot know what it missed hears `live:lost`.
 * The server sends `id: <cursor>` and `data: {"kind", "subject", …data}`, or `event: reload` when too much was missed.
 */
customElements.define("live-stream", class extends HTMLElement {
  connectedCallback() {
    this.cursor = this.dataset.cursor
    this.heard = []
    this.since = null
    this.channel = new BroadcastChannel("comptoir-live")
    this.channel.onmessage = ({ data }) => this.overhear(data)
    this.leaving = new AbortController()
    addEventListener("pagehide", () => this.stop(), { signal: this.leaving.signal })
    addEventListener("pageshow", event => event.persisted && this.restart(), { signal: this.leaving.signal })
    addEventListener("offline", () => this.offline(true), { signal: this.leaving.signal })
    addEventListener("online", () => this.back(), { signal: this.leaving.signal })
    this.channel.postMessage({ ask: this.cursor })
    this.lead()
  }

  disconnectedCallback() { this.stop() }

  restart() { this.disconnectedCallback(); this.connectedCallback() }

  stop() {
    this.source?.close()
    this.release?.()
    this.waiting?.abort()
    this.channel.close()
    clearTimeout(this.retry)
    this.leaving.abort()
  }

  lead() {
    if (!navigator.locks) return this.open()
    this.waiting = new AbortController()
    navigator.locks.request("comptoir-live", { signal: this.waiting.signal }, () => {
      this.open()
      return new Promise(release => { this.release = release })
    }).catch(() => {})
  }

  open() {
    this.since ??= this.cursor
    this.source = new EventSource(`${this.getAttribute("src")}?after=${encodeURIComponent(this.cursor)}`)
    this.source.onopen = () => this.offline(false)
    this.source.onmessage = event => this.read(event)
    this.source.addEventListener("reload", () => this.hear({ kind: "lost", cursor: this.cursor }))
    this.source.onerror = () => this.lost()
  }

  // The browser reconnects by itself, except after an answer that is not a stream.
  lost() {
    clearTimeout(this.worry)
    this.worry = setTimeout(() => this.offline(true), 4000)
    if (this.source.readyState !== EventSource.CLOSED) return
    this.delay = Math.min((this.delay ?? 1000) * 2, 60000)
    clearTimeout(this.retry)
    this.retry = setTimeout(() => this.open(), this.delay * (0.75 + Math.random() / 2))
  }

  read({ data, lastEventId }) {
    const { kind, subject, ...facts } = JSON.parse(data)
    this.hear({ kind, subject, data: facts, cursor: lastEventId })
  }

  hear(event) {
    this.heard = [...this.heard.slice(-499), event]
    if (this.heard.length === 500) this.since = this.heard[0].cursor
    this.channel.postMessage({ event })
    this.tell(event)
  }

  overhear({ event, ask, answer, to }) {
    if (event) return this.tell(event)
    if (ask && this.source) this.catchUp(ask)
    if (answer && to === this.dataset.cursor) answer.forEach(one => this.tell(one))
  }

  catchUp(cursor) {
    const missed = this.heard.filter(event => newer(event.cursor, cursor))
    const unknown = newer(this.since, cursor)
    this.channel.postMessage({ to: cursor, answer: unknown ? [{ kind: "lost", cursor: this.cursor }] : missed })
  }

  tell({ kind, subject = "", data = {}, cursor }) {
    if (!newer(cursor, this.cursor) && kind !== "lost") return
    this.cursor = cursor
    const facts = Object.entries(data).map(([name, value]) => `${name}:${value}`)
    const names = new Set([kind, subject, subject.split(":")[0], ...facts].filter(Boolean))
    for (const name of names) {
      document.body.dispatchEvent(new CustomEvent(`live:${name}`, { detail: { kind, subject, data, cursor } }))
    }
  }

  // What was heard may not have been fetched while the line was down: everything looks again.
  back() {
    this.offline(false)
    this.tell({ kind: "lost", cursor: this.cursor })
  }

  offline(is) {
    clearTimeout(this.worry)
    if (!is) this.delay = undefined
    this.firstElementChild.hidden = !is
  }
})

function newer(one, other) {
  const [a, b] = [one, other].map(cursor => String(cursor).split(".").map(Number))
  return a[0] > b[0] || (a[0] === b[0] && a[1] > b[1])
}
