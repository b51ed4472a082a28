// How a line of code opens on the reader's own machine: kept in this browser, for no server knows what is there.
import { useSyncExternalStore } from 'react'
import * as v from 'valibot'
import { encodedPath, fill, isAbsolute, pathBelow, plainPath, type Place } from '@/features/code/path'
import { ofBrowser } from '@/lib/browser-storage'

export const EDITORS = { none: 'Nothing', vscode: 'VS Code', cursor: 'Cursor', pycharm: 'PyCharm', own: 'Another' } as const
export type Editor = keyof typeof EDITORS

const TEMPLATES: Partial<Record<Editor, string>> = {
  vscode: 'vscode://file/{path}:{line}',
  cursor: 'cursor://file/{path}:{line}',
  pycharm: 'pycharm://open?file={path}&line={line}',
}

// What opens editors, and nothing that runs in the page.
const OWN = /^(https?:\/\/[^\s/{}]+\/\S*\{path\}\S*|(vscode(-insiders)?|vscodium|cursor|windsurf|zed|pycharm|idea|webstorm|jetbrains|subl|txmt|mvim|nova|emacs|editor):\/\/\S*\{path\}\S*)$/
export const LONGEST_TEMPLATE = 500

export const isTemplate = (text: string): boolean => text.length <= LONGEST_TEMPLATE && OWN.test(text)
export const isFolder = (text: string): boolean => isAbsolute(text) && !/[\n\r]/.test(text)

const kept = v.object({
  editor: v.picklist(['none', 'vscode', 'cursor', 'pycharm', 'own'] satisfies Editor[]),
  /** Of another editor. */
  template: v.fallback(v.pipe(v.string(), v.check(isTemplate)), ''),
  /** Where the reader's copy of the code stands; empty where it stands as the workers have it. */
  folder: v.fallback(v.pipe(v.string(), v.check(isFolder)), ''),
})
export type EditorChoice = v.InferOutput<typeof kept>

const NONE: EditorChoice = { editor: 'none', template: '', folder: '' }

export function readEditor(text: string | null): EditorChoice {
  try {
    return v.parse(kept, JSON.parse(text ?? 'null'))
  } catch {
    return NONE
  }
}

const templateOf = ({ editor, template }: EditorChoice): string | null => TEMPLATES[editor] ?? (editor === 'own' && template !== '' ? template : null)

/** Null where nothing is chosen, or the file stands nowhere on this machine. */
export function editorUrl(choice: EditorChoice, root: string, { file, line }: Place): string | null {
  const template = templateOf(choice)
  const path = template === null ? null : pathHere(choice.folder, root, file)
  if (template === null || path === null) return null
  // An absolute path brings its own slash.
  const joined = path.startsWith('/') ? template.replace(/(?<!\/)\/\{path\}/, '{path}') : template
  return fill(joined, { path: encodedPath(path), line: String(line) })
}

function pathHere(folder: string, root: string, file: string): string | null {
  if (folder === '') return isAbsolute(file) ? plainPath(file) : null
  const below = pathBelow(root, file)
  return below === null ? null : plainPath(`${folder.replace(/[\\/]+$/, '')}/${below}`)
}

const STORED = 'editor'
let chosen: EditorChoice | null = null
const listeners = new Set<() => void>()

const current = (): EditorChoice => (chosen ??= readEditor(ofBrowser.read(STORED)))

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function chooseEditor(part: Partial<EditorChoice>): void {
  chosen = { ...current(), ...part }
  ofBrowser.write(STORED, chosen.editor === 'none' && chosen.folder === '' && chosen.template === '' ? null : JSON.stringify(chosen))
  listeners.forEach((listener) => {
    listener()
  })
}

export const useEditor = (): EditorChoice => useSyncExternalStore(subscribe, current, current)
