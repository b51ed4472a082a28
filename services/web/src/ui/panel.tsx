import { useEffect, useId, type ReactNode } from 'react'

const PRODUCT = 'Millstream'

interface PanelProps {
  readonly title: string
  /** Of which time it is, where that is not the page's range. */
  readonly when?: 'now' | undefined
  readonly aside?: ReactNode
  readonly children: ReactNode
  readonly className?: string
}

export function Panel({ title, when, aside, children, className = '' }: PanelProps) {
  const id = useId()
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>
          {title}
          {when ? <span className="panel-when"> · {when}</span> : null}
        </h2>
        {aside ? <div className="panel-aside">{aside}</div> : null}
      </header>
      {children}
    </section>
  )
}

interface PageHeadProps {
  readonly title: ReactNode
  /** What the browser's tab says, where the title is more than a text. */
  readonly tab?: string
  readonly scope?: ReactNode
  readonly children?: ReactNode
}

export function PageHead({ title, tab = typeof title === 'string' ? title : '', scope, children }: PageHeadProps) {
  useEffect(() => {
    document.title = [tab, PRODUCT].filter(Boolean).join(' · ')
    return () => {
      document.title = PRODUCT
    }
  }, [tab])
  return (
    <div className="page-head">
      <div>
        <h1>{title}</h1>
        {scope ? <p className="page-scope">{scope}</p> : null}
      </div>
      {children ? <div className="page-actions">{children}</div> : null}
    </div>
  )
}
