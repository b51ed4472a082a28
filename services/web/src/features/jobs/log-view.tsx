// A job's log, oldest first: follows its end while the reader is at the end, and says where an attempt begins.
import '@/features/jobs/log-view.css'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, Download } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { JobLog, LogLine } from '@/features/jobs/api'
import { count, exactTime } from '@/lib/format'
import { saveFile } from '@/lib/save-file'

const LINE_PX = 22
/** A reader this close to the end is at the end. */
const AT_END_PX = 24

export function LogView({ log, lines, isLive, fileName }: { log: JobLog; lines: readonly LogLine[]; isLive: boolean; fileName: string }) {
  const host = useRef<HTMLDivElement>(null)
  const [isAtEnd, setAtEnd] = useState(true)
  const isFollowing = isLive && isAtEnd
  // eslint-disable-next-line react-hooks/incompatible-library -- its result is read here only, never memoised
  const virtual = useVirtualizer({ count: lines.length, getScrollElement: () => host.current, estimateSize: () => LINE_PX, overscan: 20 })
  const toEnd = (): void => {
    virtual.scrollToIndex(lines.length - 1, { align: 'end' })
  }

  useEffect(() => {
    if (isFollowing && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: 'end' })
  }, [virtual, isFollowing, lines.length])

  return (
    <div className="log">
      <div
        ref={host}
        className="log-lines"
        role="log"
        aria-label="Log"
        aria-live="off"
        tabIndex={0}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          setAtEnd(scrollHeight - scrollTop - clientHeight < AT_END_PX)
        }}
      >
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index]
            if (!line) return null
            return (
              <div key={item.key} ref={virtual.measureElement} data-index={item.index} className="log-place" style={{ transform: `translateY(${String(item.start)}px)` }}>
                {line.attempt !== (lines[item.index - 1]?.attempt ?? 1) ? <p className="log-attempt">Attempt {line.attempt}</p> : null}
                <Line line={line} />
              </div>
            )
          })}
        </div>
      </div>
      <p className="table-foot log-foot">
        <span className="num">
          {lines.length === log.lines.length ? '' : `${count(lines.length)} of `}
          {count(log.lines.length)} lines{log.has_more ? ` of ${count(log.total)}; search to see the others` : ''}
        </span>
        {isFollowing ? <span>Following</span> : null}
        {isLive && !isAtEnd ? (
          <button type="button" className="link-button" onClick={toEnd}>
            <ArrowDown size={12} aria-hidden /> Follow
          </button>
        ) : null}
        <button
          type="button"
          className="link-button"
          onClick={() => {
            save(lines, fileName)
          }}
        >
          <Download size={12} aria-hidden /> Download
        </button>
      </p>
    </div>
  )
}

function Line({ line }: { line: LogLine }) {
  return (
    <div className="log-line" data-level={line.level}>
      <time className="num faint" dateTime={line.at} title={line.at}>
        {exactTime(line.at)}
      </time>
      <span className="log-level">{line.level}</span>
      <span className="log-message">
        {line.message}
        {Object.entries(line.fields ?? {}).map(([name, value]) => (
          <span key={name} className="log-field">
            {' '}
            {name}=<b>{typeof value === 'string' ? value : JSON.stringify(value)}</b>
          </span>
        ))}
      </span>
    </div>
  )
}

const asText = (line: LogLine): string =>
  [line.at, line.level.toUpperCase(), `[${String(line.attempt)}]`, line.message, line.fields ? JSON.stringify(line.fields) : ''].join(' ').trimEnd()

const save = (lines: readonly LogLine[], fileName: string): void => {
  saveFile(fileName, new Blob([lines.map((line) => `${asText(line)}\n`).join('')], { type: 'text/plain' }))
}
