import { CopyButton } from '@/ui/copy-button'

/** Lines to be copied as they are. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <div className="code-block">
      <pre className="code">
        <code>{code.trimEnd()}</code>
      </pre>
      <CopyButton text={code} label={label} />
    </div>
  )
}
