// Which frame of a traceback held which locals: the worker tells them apart from its text.
import type { Frame, TracebackPart } from '@/features/jobs/traceback'
import type { FrameLocalsOut } from '@/generated/rest'

export type { FrameLocalsOut as FrameLocals, LocalsOut as Locals, VariableOut as Variable } from '@/generated/rest'

export const MASK = '[masked]'

export interface Placed {
  readonly parts: readonly TracebackPart[]
  readonly of: ReadonlyMap<Frame, FrameLocalsOut>
  /** Of frames that are not in the text: it is cut at its head, or an exception group indents them. */
  readonly elsewhere: readonly FrameLocalsOut[]
}

const isOf = (told: FrameLocalsOut, frame: Frame): boolean => told.file === frame.file && told.line === frame.line && told.function === frame.name

/** Both are in one order; of a recursion, which looks alike, the innermost are told. What is told of a frame is the reader's own code. */
export function placeLocals(parts: readonly TracebackPart[], told: readonly FrameLocalsOut[]): Placed {
  const frames = parts.flatMap((part) => (part.kind === 'frames' ? part.frames : []))
  const of = new Map<Frame, FrameLocalsOut>()
  const elsewhere: FrameLocalsOut[] = []
  let end = frames.length
  for (const one of [...told].reverse()) {
    const at = frames.slice(0, end).findLastIndex((frame) => isOf(one, frame))
    const frame = frames[at]
    if (frame) {
      of.set(frame, one)
      end = at
    } else elsewhere.unshift(one)
  }
  return { parts: parts.flatMap((part) => unfolded(part, of)), of, elsewhere }
}

function unfolded(part: TracebackPart, of: ReadonlyMap<Frame, FrameLocalsOut>): TracebackPart[] {
  if (part.kind === 'text' || !part.isLibrary) return [part]
  const split: { kind: 'frames'; isLibrary: boolean; frames: Frame[] }[] = []
  for (const frame of part.frames) {
    const isLibrary = !of.has(frame)
    const last = split.at(-1)
    if (last?.isLibrary === isLibrary) last.frames.push(frame)
    else split.push({ kind: 'frames', isLibrary, frames: [frame] })
  }
  return split
}

/** As it is copied: a line for each. */
export const localsText = (told: FrameLocalsOut): string => told.variables.map(({ name, value }) => `${name} = ${value ?? MASK}`).join('\n')
