// Markdown as elements: no HTML is ever made of it, so that none of it can run. Markup in it is shown as it was written, and what it
// would fetch, pictures, is a link.
import type { MarkedToken, Token, Tokens } from 'marked'
import { Fragment, type ReactNode } from 'react'
import { decoded, isSafeLink } from '@/features/jobs/markdown-text'
import { CodeBlock } from '@/ui/code-block'

/** What is nested deeper is shown as it was written. */
const MOST_DEPTH = 40

export function MarkdownView({ tokens, label }: { tokens: readonly Token[]; label: string }) {
  return (
    <div className="markdown" role="document" aria-label={label} tabIndex={0}>
      <All tokens={tokens} depth={0} />
    </div>
  )
}

function All({ tokens = [], depth }: { tokens: readonly Token[] | undefined; depth: number }): ReactNode {
  return tokens.map((token, index) => <Fragment key={index}>{isKnown(token) && depth < MOST_DEPTH ? <One token={token} depth={depth + 1} /> : token.raw}</Fragment>)
}

const KNOWN = new Set([
  'blockquote', 'br', 'checkbox', 'code', 'codespan', 'def', 'del', 'em', 'escape', 'heading', 'hr', 'html', 'image', 'link', 'list', 'list_item', 'paragraph', 'space', 'strong', 'table', 'text',
])
/** All that are made without extensions. */
const isKnown = (token: Token): token is MarkedToken => KNOWN.has(token.type)

function One({ token, depth }: { token: MarkedToken; depth: number }): ReactNode {
  const inner = <All tokens={'tokens' in token ? token.tokens : undefined} depth={depth} />
  switch (token.type) {
    case 'space':
    case 'def':
      return null
    case 'heading':
      return <Heading depth={token.depth}>{inner}</Heading>
    case 'paragraph':
      return <p>{inner}</p>
    case 'blockquote':
      return <blockquote>{inner}</blockquote>
    case 'strong':
      return <strong>{inner}</strong>
    case 'em':
      return <em>{inner}</em>
    case 'del':
      return <del>{inner}</del>
    case 'hr':
      return <hr />
    case 'br':
      return <br />
    case 'codespan':
      return <code>{token.text}</code>
    case 'code':
      return <CodeBlock code={token.text} label="Copy" />
    case 'html':
      return token.block ? <pre className="code">{token.raw.trimEnd()}</pre> : <code>{token.raw}</code>
    case 'checkbox':
      return <input type="checkbox" checked={token.checked} disabled aria-label={token.checked ? 'done' : 'to do'} />
    case 'list':
      return <List list={token} depth={depth} />
    case 'list_item':
      return <li>{inner}</li>
    case 'table':
      return <Table table={token} depth={depth} />
    case 'link':
      return <Link href={token.href}>{inner}</Link>
    case 'image':
      return <Link href={token.href}>{decoded(token.text) || token.href}</Link>
    case 'escape':
      return token.text
    case 'text':
      return token.tokens ? inner : decoded(token.text)
  }
}

/** Below the title of what it is in. */
function Heading({ depth, children }: { depth: number; children: ReactNode }) {
  const Tag = (['h3', 'h4', 'h5', 'h6'] as const)[depth - 1] ?? 'h6'
  return <Tag data-depth={depth}>{children}</Tag>
}

function Link({ href, children }: { href: string; children: ReactNode }) {
  return isSafeLink(href) ? (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={href}>
      {children}
    </a>
  ) : (
    <span title={href}>{children}</span>
  )
}

function List({ list, depth }: { list: Tokens.List; depth: number }) {
  const items = list.items.map((item, index) => (
    <li key={index} data-task={item.task}>
      <All tokens={item.tokens} depth={depth} />
    </li>
  ))
  return list.ordered ? <ol start={list.start === '' ? undefined : list.start}>{items}</ol> : <ul>{items}</ul>
}

function Table({ table, depth }: { table: Tokens.Table; depth: number }) {
  const cells = (row: readonly Tokens.TableCell[]) =>
    row.map((cell, index) => {
      const Cell = cell.header ? 'th' : 'td'
      return (
        <Cell key={index} style={{ textAlign: cell.align ?? 'left' }}>
          <All tokens={cell.tokens} depth={depth} />
        </Cell>
      )
    })
  return (
    <div className="table-scroll">
      <table className="table">
        <thead>
          <tr>{cells(table.header)}</tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>{cells(row)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
