// Where a text stops being JSON. Engines say it in different words, and of a short text not at all.
const SPACE = /[ \t\r\n]*/y
const TEXT = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const OTHER = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/y

class Fault extends Error {
  constructor(readonly at: number) {
    super()
  }
}

class Scan {
  private at = 0

  constructor(private readonly text: string) {}

  whole(): void {
    this.value()
    if (this.next() !== '') throw new Fault(this.at)
  }

  private value(): void {
    const first = this.next()
    if (first === '{') this.list('}', () => { this.member() })
    else if (first === '[') this.list(']', () => { this.value() })
    else this.expect(first === '"' ? TEXT : OTHER)
  }

  private member(): void {
    this.next()
    this.expect(TEXT)
    this.sign(':')
    this.value()
  }

  private list(end: string, one: () => void): void {
    this.at += 1
    if (this.next() !== end) {
      one()
      while (this.next() === ',') {
        this.at += 1
        one()
      }
    }
    this.sign(end)
  }

  private next(): string {
    SPACE.lastIndex = this.at
    this.at += SPACE.exec(this.text)?.[0].length ?? 0
    return this.text.charAt(this.at)
  }

  private sign(wanted: string): void {
    if (this.next() !== wanted) throw new Fault(this.at)
    this.at += 1
  }

  private expect(wanted: RegExp): void {
    wanted.lastIndex = this.at
    const found = wanted.exec(this.text)
    if (!found) throw new Fault(this.at)
    this.at += found[0].length
  }
}

/** The place of the first character that cannot stand there; the text's length where it is JSON so far. */
export function firstFault(text: string): number {
  try {
    new Scan(text).whole()
    return text.length
  } catch (error) {
    // Nested so deeply that the scan itself ends: no place is better than the beginning.
    return error instanceof Fault ? error.at : 0
  }
}
