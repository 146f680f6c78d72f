/**
 * The keyboard: every element with `data-key` answers to its key ("e", "g i", "Escape"), by a click, or by taking
 * the focus when one writes in it. j and k walk the rows marked `data-row`. `?` lists the keys of this very page.
 * A button that is redrawn while it has the focus keeps it, or gives it to whatever answers to the same key now.
 */
const WRITING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]"

customElements.define("key-map", class extends HTMLElement {
  connectedCallback() {
    this.pressed = ""
    this.listen = event => this.key(event)
    const [remember, recall] = [({ detail }) => this.remember(detail.target), () => this.recall()]
    const forget = () => { this.recall(); this.lost = "" }
    this.redrawn = { "htmx:beforeSwap": remember, "htmx:oobBeforeSwap": remember, "htmx:oobAfterSwap": recall, "htmx:afterSwap": recall, "htmx:afterSettle": forget }
    document.addEventListener("keydown", this.listen)
    for (const [kind, hear] of Object.entries(this.redrawn)) document.body.addEventListener(kind, hear)
    this.querySelector("[data-key='?']").onclick = () => this.list()
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.listen)
    for (const [kind, hear] of Object.entries(this.redrawn)) document.body.removeEventListener(kind, hear)
  }

  remember(target) {
    const here = document.activeElement
    if (!target.contains(here) || here.matches(WRITING)) return
    this.lost = here.dataset.key || here.closest(".menu")?.querySelector("summary").dataset.key
  }

  recall() {
    if (this.lost && document.activeElement === document.body) find(this.lost)?.focus()
  }

  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (event.key === "Escape" && event.target.matches(WRITING)) return event.target.blur()
    if (event.target.matches(WRITING) || document.querySelector("dialog[open]")) return
    if (this.walk(event.key)) return event.preventDefault()
    const before = this.pressed
    this.pressed = event.key
    clearTimeout(this.forget)
    this.forget = setTimeout(() => { this.pressed = "" }, 900)
    const target = find(`${before} ${event.key}`) ?? find(event.key)
    if (!target) return
    this.pressed = ""
    event.preventDefault()
    act(target)
  }

  walk(key) {
    const step = { j: 1, k: -1 }[key]
    const rows = step ? [...document.querySelectorAll("[data-row]")].filter(seen) : []
    if (!rows.length) return false
    const here = rows.findIndex(row => row === document.activeElement || row.contains(document.activeElement))
    const open = rows.findIndex(row => row.getAttribute("aria-current") === "true")
    const from = here >= 0 ? here : open
    const row = rows[from < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, from + step))]
    row.focus()
    row.scrollIntoView({ block: "nearest" })
    return true
  }

  list() {
    const dialog = this.querySelector("dialog")
    const rows = dialog.querySelector("[data-rows]")
    const known = new Map()
    for (const one of document.querySelectorAll("[data-key]")) if (seen(one) && !known.has(one.dataset.key)) known.set(one.dataset.key, label(one))
    const walks = document.querySelector("[data-row-label]")
    if (walks) known.set("j k", walks.dataset.rowLabel)
    rows.replaceChildren(...[...known].flatMap(([keys, words]) => [term(keys), description(words)]))
    const { id } = document.activeElement  // what had the focus may be redrawn meanwhile
    dialog.onclose = () => { if (document.activeElement === document.body) document.getElementById(id)?.focus() }
    dialog.showModal()
  }
})

function find(key) { return [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(seen) }

// What waits in a closed menu answers to its key all the same.
function seen(element) { return element.checkVisibility() || Boolean(element.closest(".menu__list") && element.closest(".menu").checkVisibility()) }

function label(element) {
  return element.dataset.keyLabel || element.getAttribute("aria-label") || element.placeholder || element.textContent.trim()
}

function act(element) {
  if (!element.matches(".visually-hidden")) element.focus()
  if (!element.matches(WRITING)) { element.click(); return }
  element.select?.()
}

function term(keys) {
  const dt = document.createElement("dt")
  for (const key of keys.split(" ")) {
    const kbd = document.createElement("kbd")
    kbd.textContent = key
    dt.append(kbd, " ")
  }
  return dt
}

function description(words) {
  const dd = document.createElement("dd")
  dd.textContent = words
  return dd
}
