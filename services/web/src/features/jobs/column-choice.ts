// Which columns the list of jobs has: as the address says, else as this browser was last told, else the usual ones.
import { useEffect } from 'react'
import { isArgumentPath } from '@/features/jobs/argument-path'
import { ofBrowser } from '@/lib/browser-storage'
import { useMedia } from '@/lib/media'

export const COLUMN_KEYS = ['status', 'function', 'job', 'args', 'attempt', 'wait', 'duration', 'error', 'worker', 'trigger', 'priority', 'tags', 'started', 'created'] as const
export type FixedColumn = (typeof COLUMN_KEYS)[number]
/** What is at a place of the arguments: `arg.order.id`. */
export type ArgumentColumn = `arg.${string}`
export type ColumnKey = FixedColumn | ArgumentColumn

const USUAL: readonly ColumnKey[] = ['status', 'function', 'job', 'attempt', 'wait', 'duration', 'worker', 'created']
/** With what each was given and where it came from, where both have room. */
const USUAL_OF_MANY: readonly ColumnKey[] = ['status', 'function', 'job', 'args', 'attempt', 'wait', 'duration', 'worker', 'trigger', 'created']
const HAS_ROOM = '(min-width: 1440px)'
/** A row without its job would lead nowhere. */
export const KEPT_COLUMN: ColumnKey = 'job'
/** Of arguments: each is drawn in every row. */
export const MOST_ARGUMENTS = 5
const STORED = 'job-columns'
const PREFIX = 'arg.'

export const isArgumentColumn = (key: string): key is ArgumentColumn => key.startsWith(PREFIX) && isArgumentPath(key.slice(PREFIX.length))
export const argumentColumn = (path: string): ArgumentColumn => `${PREFIX}${path}`
export const pathOf = (key: ArgumentColumn): string => key.slice(PREFIX.length)
export const argumentsIn = (columns: readonly ColumnKey[]): readonly ArgumentColumn[] => columns.filter(isArgumentColumn)

/** In the one order columns have, arguments in the order they were said; what is no column is left out, and nothing left is as if nothing were said. */
export function readColumns(spelled: string | null | undefined): readonly ColumnKey[] | null {
  const said = spelled?.split(',') ?? []
  const known = new Set<string>(said)
  const paths = [...new Set(said.filter(isArgumentColumn))].slice(0, MOST_ARGUMENTS)
  if (paths.length === 0 && !COLUMN_KEYS.some((key) => known.has(key))) return null
  return COLUMN_KEYS.flatMap((key): ColumnKey[] => [...(key === KEPT_COLUMN || known.has(key) ? [key] : []), ...(key === 'args' ? paths : [])])
}

/** As the address has them; undefined for the usual ones. */
export function spellColumns(columns: readonly ColumnKey[], usual: readonly ColumnKey[]): string | undefined {
  const spelled = columns.join(',')
  return spelled === usual.join(',') ? undefined : spelled
}

export const withColumn = (columns: readonly ColumnKey[], key: ColumnKey, isShown: boolean): readonly ColumnKey[] =>
  readColumns((isShown ? [...columns, key] : columns.filter((one) => one !== key)).join(',')) ?? columns

export const usualColumns = (isRoomy: boolean): readonly ColumnKey[] => (isRoomy ? USUAL_OF_MANY : USUAL)

export interface ColumnChoice {
  readonly columns: readonly ColumnKey[]
  readonly usual: readonly ColumnKey[]
  readonly choose: (columns: readonly ColumnKey[]) => void
}

/** `onSpelled` writes them into the address, so that whoever gets it sees the same. The usual ones are as many as there is room for. */
export function useColumnChoice(spelled: string | undefined, isBeside: boolean, onSpelled: (spelled: string | undefined) => void): ColumnChoice {
  const usual = usualColumns(useMedia(HAS_ROOM) && !isBeside)
  const remembered = spelled === undefined ? ofBrowser.read(STORED) : null
  useEffect(() => {
    if (remembered !== null && readColumns(remembered) !== null) onSpelled(remembered)
  }, [remembered, onSpelled])
  return {
    columns: readColumns(spelled ?? remembered) ?? usual,
    usual,
    choose: (columns) => {
      const next = spellColumns(columns, usual)
      ofBrowser.write(STORED, next ?? null)
      onSpelled(next)
    },
  }
}
