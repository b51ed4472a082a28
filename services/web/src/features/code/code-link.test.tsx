import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { CodeLink } from '@/features/code/code-link'
import { chooseEditor } from '@/features/code/editor'
import { installationQuery } from '@/features/installation/api'

function drawn(document: unknown): string {
  const client = new QueryClient()
  client.setQueryData(installationQuery().queryKey, document)
  return renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <CodeLink place={{ file: '/app/shop.py', line: 7 }} version="1.4">
        shop.py
      </CodeLink>
    </QueryClientProvider>,
  )
}

const NAMED = { source_url: 'https://git.example/{version}/{path}#L{line}', source_root: '/app' }

test('a line is a door to the repository, to the editor, to both, or no link at all', () => {
  expect(drawn(null)).toBe('shop.py')
  expect(drawn(NAMED)).toContain('href="https://git.example/1.4/shop.py#L7"')
  chooseEditor({ editor: 'vscode' })
  expect(drawn(null)).toContain('<a href="vscode://file/app/shop.py:7"')
  expect(drawn(NAMED).match(/href="[^"]+"/g)).toEqual(['href="vscode://file/app/shop.py:7"', 'href="https://git.example/1.4/shop.py#L7"'])
  chooseEditor({ editor: 'none' })
  expect(drawn(null)).toBe('shop.py')
})
