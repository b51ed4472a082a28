// How what is in an artifact is best read: by its type, and where that says little, by how its name ends.
import type { Artifact } from '@/features/jobs/api'

export const SHOWN_LIMIT_BYTES = 2_000_000

export type Reading = 'image' | 'json' | 'csv' | 'html' | 'pdf' | 'markdown' | 'audio' | 'video' | 'text' | 'file'

interface Typed {
  readonly type: string
  readonly name: string
}

const BY_TYPE: Readonly<Record<string, Reading>> = { json: 'json', text: 'text', 'file/csv': 'csv', 'file/html': 'html', 'file/pdf': 'pdf', 'file/xml': 'text' }

/** Of bytes nobody gave a type: what browsers play. */
const MEDIA: Readonly<Record<string, string>> = {
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  opus: 'audio/ogg',
  flac: 'audio/flac',
  m4a: 'audio/mp4',
  aac: 'audio/aac',
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  webm: 'video/webm',
  ogv: 'video/ogg',
}

const endingOf = (name: string): string => /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''

/** Null for what is no recording. */
export const mediaTypeOf = ({ type, name }: Typed): string | null => (type === 'file/binary' ? (MEDIA[endingOf(name)] ?? null) : null)

export function readingOf(artifact: Typed): Reading {
  const { type, name } = artifact
  if (type.startsWith('image/')) return 'image'
  if (type === 'text' && ['md', 'markdown'].includes(endingOf(name))) return 'markdown'
  const media = mediaTypeOf(artifact)
  if (media !== null) return media.startsWith('audio/') ? 'audio' : 'video'
  return BY_TYPE[type] ?? 'file'
}

/** Drawn by the browser piece by piece: only what is drawn here has a limit. */
const UNBOUNDED: ReadonlySet<Reading> = new Set(['pdf', 'audio', 'video'])

export function isShown(artifact: Typed & Pick<Artifact, 'size_bytes'>): boolean {
  const reading = readingOf(artifact)
  return UNBOUNDED.has(reading) || (reading !== 'file' && artifact.size_bytes <= SHOWN_LIMIT_BYTES)
}

/** Whether a small picture of it is worth its bytes. */
export const isPreviewed = (artifact: Typed & Pick<Artifact, 'size_bytes'>): boolean => isShown(artifact) && !UNBOUNDED.has(readingOf(artifact))
