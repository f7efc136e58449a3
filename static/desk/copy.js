// A button with data-copy="id" copies that element's text. Without script or clipboard it stays hidden.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const label = button.textContent
    button.hidden = false
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(
          document.getElementById(button.dataset.copy).textContent,
        )
        button.textContent = "Copied"
      } catch {
        button.textContent = "Not allowed here"
      }
      setTimeout(() => {
        button.textContent = label
      }, 2000)
    })
  }
}
