import '@/components/diagnosis.css'
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import { useConnection } from '@/components/providers/event-stream-provider'
import { diagnosisQuery } from '@/features/diagnosis/api'
import { causesOf, CONDITIONS, PROBES, streamsText, streamTexts, type Finding } from '@/features/diagnosis/probes'
import { Dialog } from '@/ui/dialog'
import { AGAIN_AFTER_MS, NextTry } from '@/ui/next-try'

/** What was tried, how each part is, and what that likely comes from; asked again every three seconds for as long as it is looked at. */
export function Diagnosis({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { status } = useConnection()
  const asked = useQuery(diagnosisQuery(AGAIN_AFTER_MS))
  const findings = asked.data ?? []
  const causes = asked.data ? causesOf({ findings, streams: status, isOnline: navigator.onLine, origin: window.location.origin }) : null
  return (
    <Dialog title="What is wrong" open={open} onClose={onClose} className="key-list diagnosis">
      <div className="diagnosis-causes" role="status">
        {causes === null ? <p>Asking each part of the server.</p> : causes.length === 0 ? <p>Every part answers. What was dimmed is read again by itself.</p> : causes.map((cause) => <p key={cause}>{cause}</p>)}
      </div>
      <dl>
        {PROBES.map(({ service, brings, asked: question }) => (
          <Part key={service} name={service} brings={brings} asked={question} finding={findings.find((one) => one.service === service)} />
        ))}
        <div>
          <dt>
            Live updates <span className="faint">the streams of this page</span>
            <code>GET /api/v1/stream</code>
          </dt>
          <Condition isWell={status.phase === 'live' && !status.sourceAway && status.lostAt === null} text={streamsText(status)} />
        </div>
      </dl>
      <p className="faint">{streamTexts(findings, status.refusedStreams).join(' · ')}</p>
      <p className="faint first-capital">
        <NextTry at={asked.isFetching ? null : asked.dataUpdatedAt + AGAIN_AFTER_MS} />.
      </p>
    </Dialog>
  )
}

function Part({ name, brings, asked, finding }: { name: string; brings: string; asked: string; finding: Finding | undefined }) {
  return (
    <div>
      <dt>
        {name} <span className="faint">{brings}</span>
        <code>{asked}</code>
      </dt>
      {finding ? <Condition isWell={finding.condition === 'answers'} text={CONDITIONS[finding.condition]} /> : <dd className="faint">being asked</dd>}
    </div>
  )
}

function Condition({ isWell, text }: { isWell: boolean; text: string }) {
  const Icon = isWell ? CircleCheck : TriangleAlert
  return (
    <dd className={isWell ? 'status status-complete' : 'status status-failed'}>
      <Icon size={14} aria-hidden /> {text}
    </dd>
  )
}
