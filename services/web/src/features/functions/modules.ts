// Functions by module: what stands before the last dot of their keys, `studio.albums` of `studio.albums.publish`.
import type { FunctionInfo } from '@/features/functions/api'
import { count } from '@/lib/format'

export const moduleOf = ({ key }: Pick<FunctionInfo, 'key'>): string => key.slice(0, Math.max(0, key.lastIndexOf('.')))

/** As the address has it: all unfolded or all folded, and the modules of which the other is true. So it stays short, however many there are. */
export interface Folds {
  readonly folded?: true | undefined
  readonly except?: string | undefined
}

/** How a list of functions by module is shown, and what changes it. */
export interface ModuleView extends Folds {
  readonly isFlat: boolean
  readonly onFlat: (isFlat: boolean) => void
  readonly onFolds: (folds: Folds) => void
}

// Undefined is said: it takes away what the address had.
export const ALL_FOLDED: Folds = { folded: true, except: undefined }
export const NONE_FOLDED: Folds = { folded: undefined, except: undefined }

// Commas are in no key.
const exceptionsOf = ({ except }: Folds): string[] => except?.split(',') ?? []

export const isFolded = (folds: Folds, module: string): boolean => exceptionsOf(folds).includes(module) !== (folds.folded ?? false)

export function turned(folds: Folds, module: string): Folds {
  const exceptions = exceptionsOf(folds)
  const next = exceptions.includes(module) ? exceptions.filter((one) => one !== module) : [...exceptions, module]
  return { folded: folds.folded, except: next.length === 0 ? undefined : next.join(',') }
}

const sum = (functions: readonly FunctionInfo[], of: (one: FunctionInfo) => number): number => functions.reduce((total, one) => total + of(one), 0)

/** What a folded module must not hide. */
export function moduleText(functions: readonly FunctionInfo[]): string {
  const figures: [number, string][] = [
    [sum(functions, ({ running }) => running), 'running'],
    [sum(functions, ({ queue_backlog: waiting }) => waiting), 'waiting'],
    [sum(functions, ({ paused }) => Number(paused)), 'paused'],
    [sum(functions, ({ workers }) => Number(workers?.length === 0)), 'without a worker'],
  ]
  const said = figures.filter(([jobs]) => jobs > 0).map(([jobs, what]) => `${count(jobs)} ${what}`)
  return [`${count(functions.length)} ${functions.length === 1 ? 'function' : 'functions'}`, ...said].join(' · ')
}
