// A Python traceback as its parts: frames, ours and the libraries' apart, and what is said between them.
export interface Frame {
  readonly file: string
  readonly line: number
  readonly name: string
  readonly code: readonly string[]
  readonly isLibrary: boolean
}

export type TracebackPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'frames'; readonly isLibrary: boolean; readonly frames: readonly Frame[] }

const FRAME = /^ {2}File "(.+)", line (\d+), in (.+)$/
const LIBRARY = /[\\/](site|dist)-packages[\\/]|[\\/]lib(64)?[\\/]python\d[^\\/]*[\\/]|^<frozen |^<string>$/

/** Lines that are of no frame stay as they are: the exception, its causes, groups, and what no Python wrote. */
export function parseTraceback(text: string): TracebackPart[] {
  const parts: TracebackPart[] = []
  let frame: { file: string; line: number; name: string; code: string[]; isLibrary: boolean } | null = null
  for (const line of text.replace(/\n+$/, '').split('\n')) {
    const [, file, number, name] = FRAME.exec(line) ?? []
    if (file !== undefined && name !== undefined) {
      frame = { file, line: Number(number), name, code: [], isLibrary: LIBRARY.test(file) }
      addFrame(parts, frame)
    } else if (frame && line.startsWith('    ')) frame.code.push(line.slice(4))
    else {
      frame = null
      addText(parts, line)
    }
  }
  return parts
}

function addFrame(parts: TracebackPart[], frame: Frame): void {
  const last = parts.at(-1)
  if (last?.kind === 'frames' && last.isLibrary === frame.isLibrary) parts[parts.length - 1] = { ...last, frames: [...last.frames, frame] }
  else parts.push({ kind: 'frames', isLibrary: frame.isLibrary, frames: [frame] })
}

function addText(parts: TracebackPart[], line: string): void {
  const last = parts.at(-1)
  if (last?.kind === 'text') parts[parts.length - 1] = { kind: 'text', text: `${last.text}\n${line}` }
  else parts.push({ kind: 'text', text: line })
}

/** The package a library's file belongs to, or the file itself. */
export function libraryOf(file: string): string {
  const [, name] = /[\\/](?:site|dist)-packages[\\/]([^\\/]+)/.exec(file) ?? []
  if (name !== undefined) return name.replace(/\.py$/, '')
  const [, module] = /[\\/]lib(?:64)?[\\/]python\d[^\\/]*[\\/]([^\\/]+)/.exec(file) ?? []
  return module === undefined ? file : module.replace(/\.py$/, '')
}
