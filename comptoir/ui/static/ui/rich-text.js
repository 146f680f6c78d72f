/**
 * Turns a <textarea> into a small page to write on: bold, italics, lists, links. The textarea keeps the HTML and
 * is what is posted, with `<name>_format=html` beside it; what is pasted loses its clothes.
 */
const KEPT = new Set(["B", "STRONG", "I", "EM", "UL", "OL", "LI", "A", "P", "DIV", "BR", "BLOCKQUOTE"])

customElements.define("rich-text", class extends HTMLElement {
  connectedCallback() {
    if (this.page) return
    this.plain = this.querySelector("textarea")
    this.bar = this.querySelector("[role=toolbar]")
    this.page = this.makePage()
    this.plain.after(this.page)
    this.plain.hidden = true
    this.bar.hidden = false
    this.append(this.makeFormat())
    this.html = this.dataset.html || paragraphs(this.plain.value)
    this.bar.onmousedown = event => event.preventDefault()
    this.bar.onclick = event => this.command(event.target.closest("[data-command]")?.dataset.command)
    this.marks = () => this.showMarks()
    document.addEventListener("selectionchange", this.marks)
    if ("focus" in this.plain.dataset) this.begin()
  }

  // The pen at the end of what is written; above what is quoted, if anything is.
  begin() {
    this.page.focus({ preventScroll: true })
    const quote = this.page.querySelector("blockquote")
    getSelection().selectAllChildren(this.page)
    quote ? getSelection().collapseToStart() : getSelection().collapseToEnd()
  }

  disconnectedCallback() { document.removeEventListener("selectionchange", this.marks) }

  get html() { return this.plain.value }

  set html(value) {
    this.page.replaceChildren(...clean(value).childNodes)
    this.store()
  }

  // Puts a ready-made answer where one is writing, or at the start.
  insert(html) {
    this.page.focus()
    const box = document.createElement("div")
    box.append(clean(html))
    document.execCommand("insertHTML", false, box.innerHTML)
    this.store()
  }

  makePage() {
    const page = document.createElement("div")
    page.className = "rich-text__page"
    page.contentEditable = "true"
    for (const [name, value] of Object.entries({ role: "textbox", "aria-multiline": "true", "aria-label": this.plain.getAttribute("aria-label"), "data-placeholder": this.plain.placeholder })) page.setAttribute(name, value)
    if (this.plain.dataset.key) page.dataset.key = this.plain.dataset.key
    if (this.plain.dataset.keyLabel) page.dataset.keyLabel = this.plain.dataset.keyLabel
    page.oninput = () => { this.store(); this.plain.dispatchEvent(new Event("input", { bubbles: true })) }
    page.onpaste = event => this.paste(event)
    page.onkeydown = event => this.key(event)
    return page
  }

  makeFormat() {
    const input = document.createElement("input")
    Object.assign(input, { type: "hidden", name: `${this.plain.name}_format`, value: "html" })
    return input
  }

  store() {
    const empty = !this.page.textContent.trim()
    this.page.classList.toggle("is-empty", empty && !this.page.querySelector("li"))
    this.plain.value = empty ? "" : this.page.innerHTML
  }

  paste(event) {
    const files = [...event.clipboardData.files]
    event.preventDefault()
    if (files.length) return this.dispatchEvent(new CustomEvent("files", { detail: files, bubbles: true }))
    const rich = event.clipboardData.getData("text/html")
    const text = event.clipboardData.getData("text/plain")
    if (!rich) return document.execCommand("insertText", false, text)
    const box = document.createElement("div")
    box.append(clean(rich))
    document.execCommand("insertHTML", false, box.innerHTML)
  }

  key(event) {
    if (!event.ctrlKey && !event.metaKey) return
    if (event.key === "k") { event.preventDefault(); this.command("createLink") }
    if (event.key === "Enter") { event.preventDefault(); this.closest("form")?.requestSubmit() }
  }

  command(name) {
    if (!name) return
    this.page.focus()
    const address = name === "createLink" ? this.askLink() : null
    if (name === "createLink" && !address) return document.execCommand("unlink")
    document.execCommand(name, false, address)
    this.showMarks()
    this.page.oninput()
  }

  askLink() {
    const address = prompt(this.dataset.linkQuestion, "https://")?.trim()
    return /^(https?:\/\/.|mailto:.|tel:.)/i.test(address ?? "") ? address : ""
  }

  showMarks() {
    if (!this.page.contains(document.activeElement)) return
    for (const button of this.bar.querySelectorAll("[aria-pressed]")) button.setAttribute("aria-pressed", document.queryCommandState(button.dataset.command))
  }
})

function paragraphs(text) {
  const box = document.createElement("div")
  for (const line of text.split("\n")) {
    const div = document.createElement("div")
    line ? div.append(line) : div.append(document.createElement("br"))
    if (text) box.append(div)
  }
  return box.innerHTML
}

// Parsed in a dead document: nothing in it loads or runs.
function clean(html) {
  const source = new DOMParser().parseFromString(html, "text/html").body
  const fragment = document.createDocumentFragment()
  copy(source, fragment)
  return fragment
}

function copy(from, into) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) into.append(node.data.replace(/\s+/g, " "))
    else if (node.nodeType === Node.ELEMENT_NODE && !/^(STYLE|SCRIPT|TITLE|HEAD|META|TEMPLATE)$/.test(node.tagName)) copyElement(node, into)
  }
}

function copyElement(node, into) {
  const block = /^(H[1-6]|TR|SECTION|ARTICLE|HEADER|FOOTER|PRE)$/.test(node.tagName)
  if (!KEPT.has(node.tagName) && !block) return copy(node, into)
  const kept = document.createElement(block ? "div" : node.tagName)
  if (node.tagName === "A" && /^(https?|mailto|tel):/i.test(node.getAttribute("href") ?? "")) kept.setAttribute("href", node.getAttribute("href"))
  copy(node, kept)
  into.append(kept)
}
