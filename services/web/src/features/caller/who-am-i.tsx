import '@/features/caller/who-am-i.css'
import { useQuery } from '@tanstack/react-query'
import { Check, CircleSlash } from 'lucide-react'
import { callerQuery, roleText, type Caller } from '@/features/caller/api'
import { DEEDS, leaveFor, type Deed } from '@/features/caller/deeds'
import { credential } from '@/lib/credential'
import { momentText } from '@/lib/format'
import { Dialog } from '@/ui/dialog'
import { Facts } from '@/ui/facts'
import { QueryView } from '@/ui/query-view'
import { Instant } from '@/ui/time'

export function WhoAmI({ open, onClose }: { open: boolean; onClose: () => void }) {
  const caller = useQuery(callerQuery())
  return (
    <Dialog title="Who am I" open={open} onClose={onClose} className="key-list who-am-i">
      <QueryView query={caller} reserve={420}>
        {(data) => (
          <>
            <Identity caller={data} onClose={onClose} />
            {DEEDS.map(({ title, deeds }) => (
              <section key={title} aria-label={title}>
                <h3>{title}</h3>
                <dl>
                  {deeds.map((deed) => (
                    <Row key={deed.named} caller={data} deed={deed} />
                  ))}
                </dl>
              </section>
            ))}
            <p className="faint">
              As it was granted: <code>{data.scopes.join(' ') || 'nothing'}</code>
            </p>
          </>
        )}
      </QueryView>
    </Dialog>
  )
}

function Identity({ caller, onClose }: { caller: Caller; onClose: () => void }) {
  const signOut = (): void => {
    onClose()
    credential.signOut()
  }
  return (
    <>
      <Facts
        facts={[
          ['Name', caller.name],
          ['Role', roleText(caller)],
          ...(caller.key_id === null ? [] : [['Key', <code key="k">ms_{caller.key_id}_…</code>] as const]),
          ['Ends', <Ending key="e" caller={caller} />],
        ]}
      />
      {caller.kind === 'anyone' ? null : (
        <button type="button" className="button" onClick={signOut}>
          Sign out
        </button>
      )}
    </>
  )
}

/** How a session ends. */
export function Ending({ caller: { kind, expires_at: at } }: { caller: Pick<Caller, 'kind' | 'expires_at'> }) {
  if (kind === 'anyone') return 'never: whoever reaches this server may do everything'
  const ways = 'when you sign out or close this tab, or when the key is taken back'
  if (at === null) return ways
  return (
    <>
      <Instant at={Date.parse(at)}>{momentText(Date.parse(at))}</Instant>, {ways}
    </>
  )
}

const LEAVES = { all: 'allowed', part: 'allowed in part', none: 'not allowed' } as const

function Row({ caller, deed }: { caller: Caller; deed: Deed }) {
  const leave = leaveFor(caller, deed)
  const Icon = leave === 'none' ? CircleSlash : Check
  return (
    <div data-leave={leave}>
      <dt>
        {deed.words} <code className="faint">{deed.named}</code>
      </dt>
      <dd className={leave === 'none' ? 'faint' : 'status status-complete'}>
        <Icon size={14} aria-hidden /> {LEAVES[leave]}
      </dd>
    </div>
  )
}
