import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { decoded, isSafeLink } from '@/features/jobs/markdown-text'
import { readMarkdown } from '@/features/jobs/markdown-tokens'
import { MarkdownView } from '@/features/jobs/markdown-view'

const drawn = (text: string): string => renderToStaticMarkup(<MarkdownView tokens={readMarkdown(text) ?? []} label="notes.md" />).replace(/^<div[^>]*>|<\/div>$/g, '')

test.each([
  ['# A &amp; B', '<h3 data-depth="1">A &amp; B</h3>'],
  ['**bold** _em_ ~~no~~ `a<b`', '<p><strong>bold</strong> <em>em</em> <del>no</del> <code>a&lt;b</code></p>'],
  ['3. three\n4. four', '<ol start="3"><li data-task="false">three</li><li data-task="false">four</li></ol>'],
  ['a\\*b  \nc', '<p>a*b<br/>c</p>'],
  ['> said', '<blockquote><p>said</p></blockquote>'],
])('%j is drawn', (text, markup) => {
  expect(drawn(text)).toBe(markup)
})

test('a table, tasks and fenced code are drawn', () => {
  expect(drawn('|a|b|\n|--|--:|\n|1|2|')).toContain('<td style="text-align:right">2</td>')
  expect(drawn('- [x] done\n- [ ] to do')).toMatch(/checked="".*done.*<li/)
  expect(drawn('```py\nx < 1\n```')).toContain('<code>x &lt; 1</code>')
})

test.each([
  '<script>alert(1)</script>',
  'a <img src=x onerror=alert(1)> b',
  '[go](javascript:alert(1)) [go](JaVaScRiPt:alert(1)) [go](data:text/html,<script>alert(1)</script>) [go](vbscript:x)',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<javascript:alert(1)>',
  '![x](javascript:alert(1)) ![pixel](https://tracker.test/p.png)',
  '[x]: javascript:alert(1)\n\n[x]',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
])('%j makes nothing that runs or is fetched', (text) => {
  const markup = drawn(text)
  expect(markup).not.toMatch(/<(?:script|img|iframe|svg|object|embed|style|link|form)/i)
  expect(markup).not.toMatch(/href="(?!https:\/\/tracker\.test\/p\.png")/i)
  expect(markup).not.toMatch(/<[^>]* on\w+=/i)
})

test('what is nested without end is shown as it was written', () => {
  expect(drawn(`${'>'.repeat(200)} deep`).match(/<blockquote>/g)?.length).toBe(40)
  expect(readMarkdown(`${'>'.repeat(20_000)} deep`)).toBeNull()
})

test('links lead to pages and people', () => {
  expect(['https://a.test/x', 'http://a.test', 'mailto:a@b.test', 'HTTPS://a.test'].map(isSafeLink)).toEqual([true, true, true, true])
  expect(['/jobs', '#top', 'javascript:x', ' javascript:x', 'java\nscript:x', 'data:text/html,x', 'blob:x', 'file:///x', ''].some(isSafeLink)).toBe(false)
})

test('character references are characters, and what is none stays', () => {
  expect(decoded('&lt;&#65;&#x42;&mdash;&unknown; & &; &#0; &#9999999;')).toBe('<AB—&unknown; & &; \ufffd \ufffd')
})
