import { useMemo } from 'react'
import { readCsv } from '@/lib/csv'
import { VirtualTable } from '@/ui/virtual-table'

/** The first line names the columns. */
export function CsvTable({ text, label }: { text: string; label: string }) {
  const [head = [], ...rows] = useMemo(() => readCsv(text), [text])
  return <VirtualTable head={head} rows={rows} label={label} />
}
