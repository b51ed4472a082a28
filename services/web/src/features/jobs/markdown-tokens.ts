import { Lexer, type Token } from 'marked'

/** Null where it cannot be read: nested without end. */
export function readMarkdown(text: string): readonly Token[] | null {
  try {
    return new Lexer({ gfm: true }).lex(text)
  } catch {
    return null
  }
}
