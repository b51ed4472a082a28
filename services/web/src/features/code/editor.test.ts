import { expect, test } from 'vitest'
import { editorUrl, isTemplate, readEditor, type EditorChoice } from '@/features/code/editor'

const of = (part: Partial<EditorChoice>): EditorChoice => ({ editor: 'vscode', template: '', folder: '', ...part })
const at = (file: string) => ({ file, line: 7 })

test.each([
  ['vscode', 'vscode://file/home/me/shop/jobs.py:7'],
  ['cursor', 'cursor://file/home/me/shop/jobs.py:7'],
  ['pycharm', 'pycharm://open?file=/home/me/shop/jobs.py&line=7'],
] as const)('%s is asked as it wants to be', (editor, url) => {
  expect(editorUrl(of({ editor }), '/app', at('/home/me/shop/jobs.py'))).toBe(url)
})

test('what workers have below their folder is opened in the reader’s', () => {
  expect(editorUrl(of({ folder: '/home/me/shop/' }), '/app', at('/app/shop/jobs.py'))).toBe('vscode://file/home/me/shop/shop/jobs.py:7')
  expect(editorUrl(of({ folder: 'C:\\code' }), '/app', at('/app/shop/jobs.py'))).toBe('vscode://file/C:/code/shop/jobs.py:7')
  expect(editorUrl(of({ folder: '/home/me/shop' }), '/app', at('/opt/other.py'))).toBeNull()
})

test.each([
  ['climbs', '/app/../../etc/passwd'],
  ['stands nowhere on this machine', 'shop/jobs.py'],
])('a file that %s is not opened', (_, file) => {
  expect(editorUrl(of({}), '/app', at(file))).toBeNull()
})

test('no sign of a file has a meaning in the address', () => {
  expect(editorUrl(of({ editor: 'pycharm' }), '/app', at('/app/a&line=1#{line}.py'))).toBe('pycharm://open?file=/app/a%26line%3D1%23%7Bline%7D.py&line=7')
})

test.each([
  ['zed://file/{path}:{line}', true],
  ['https://code.example/?file={path}', true],
  ['javascript:alert("{path}")', false],
  ['data:text/html,{path}', false],
  ['https://{path}', false],
  ['file:///{path}', false],
  ['vscode://file/', false],
  ['zed://file/ {path}', false],
])('%s may open lines: %s', (template, may) => {
  expect(isTemplate(template)).toBe(may)
  expect(editorUrl(readEditor(JSON.stringify({ editor: 'own', template })), '/app', at('/app/x.py')) !== null).toBe(may)
})

test.each([[null], ['no json'], ['{"editor":"ed"}'], ['[]']])('what the browser kept as %s is nothing', (text) => {
  expect(readEditor(text)).toEqual({ editor: 'none', template: '', folder: '' })
})
