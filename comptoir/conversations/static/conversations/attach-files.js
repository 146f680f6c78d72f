/** Takes files dropped on the composer or pasted into it, as if they had been picked. */
customElements.define("attach-files", class extends HTMLElement {
  connectedCallback() {
    const form = this.closest("form")
    if (!form || form.takesFiles) return
    form.takesFiles = true
    const pick = files => files.length && this.pick(form.querySelector("input[type=file]"), files)
    form.addEventListener("files", event => pick(event.detail))
    form.addEventListener("dragover", event => event.dataTransfer.types.includes("Files") && event.preventDefault())
    form.addEventListener("drop", event => {
      if (!event.dataTransfer.files.length) return
      event.preventDefault()
      pick([...event.dataTransfer.files])
    })
  }

  pick(input, files) {
    const carried = new DataTransfer()
    files.forEach(file => carried.items.add(file))
    input.files = carried.files
    input.dispatchEvent(new Event("change", { bubbles: true }))
  }
})
