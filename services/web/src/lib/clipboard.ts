/** The clipboard exists on secure origins only; a page reached over plain HTTP copies by an invisible selection. */
export async function copyText(text: string): Promise<boolean> {
  if (window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text)
      return true
    } catch {
      // Refused by the browser: the old way may still be open.
    }
  }
  return copyBySelection(text)
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  area.setAttribute('readonly', '')
  area.style.position = 'fixed'
  area.style.opacity = '0'
  const focused = document.activeElement
  // Inside an open dialog only its own content may have the focus.
  ;(focused?.closest('[role="dialog"]') ?? document.body).append(area)
  area.select()
  try {
    // The only way on an insecure origin, deprecated or not.
    return document.execCommand('copy')
  } finally {
    area.remove()
    if (focused instanceof HTMLElement) focused.focus()
  }
}
