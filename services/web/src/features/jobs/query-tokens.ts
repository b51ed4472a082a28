// The words of a search, each with where it stands: `fn:charge_card -status:complete arg.order.id:42 "no answer"`.

export interface Token {
  readonly from: number
  readonly to: number
  /** As it is typed. */
  readonly text: string
  /** What stands before its colon, with the sign; of free text there is none. Of an argument, with its path. */
  readonly name: string | null
  /** What stands behind it, without its quotes. */
  readonly value: string
}

const TOKEN = /(?:(-?(?:arg\.[^\s:"]*|[a-z]+)):)?("[^"]*"|\S+)?/gi

export function tokensOf(typed: string): Token[] {
  return [...typed.matchAll(TOKEN)].flatMap(({ 0: text, 1: name, 2: value = '', index }) =>
    text === '' ? [] : [{ from: index, to: index + text.length, text, name: name ?? null, value: value.replace(/^"(.*)"$/, '$1') }],
  )
}

/** A value as it is typed: with quotes where it would not be one word. */
export const spelledValue = (value: string): string => (/^[^\s"]+$/.test(value) ? value : `"${value.replaceAll('"', '')}"`)
