// What is typed between the key that opens a box and the moment the box has the focus: it is meant for the box.

/** A box that has not come by then will not come: the keys are the page's again. */
const PATIENCE_MS = 3000

const isText = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean => key.length === 1 && !ctrlKey && !metaKey && !altKey

class TypedAhead {
  private text = ''
  private stop: (() => void) | undefined

  begin = (): void => {
    this.stop?.()
    this.text = ''
    const hear = (event: KeyboardEvent): void => {
      if (!isText(event)) return
      event.preventDefault()
      event.stopPropagation()
      this.text += event.key
    }
    window.addEventListener('keydown', hear, { capture: true })
    const timer = setTimeout(() => this.stop?.(), PATIENCE_MS)
    this.stop = () => {
      window.removeEventListener('keydown', hear, { capture: true })
      clearTimeout(timer)
      this.stop = undefined
    }
  }

  /** Once the box hears for itself. */
  take = (): string => {
    this.stop?.()
    const { text } = this
    this.text = ''
    return text
  }
}

export const typedAhead = new TypedAhead()
