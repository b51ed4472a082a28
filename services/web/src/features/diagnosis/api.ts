import { queryOptions } from '@tanstack/react-query'
import { PROBES, probed } from '@/features/diagnosis/probes'

/** Each service asked anew; an answer that a part of the server does not give is an answer here. */
export const diagnosisQuery = (againAfterMs: number) =>
  queryOptions({
    queryKey: ['diagnosis'],
    queryFn: ({ signal }) => Promise.all(PROBES.map((probe) => probed(probe, signal))),
    refetchInterval: againAfterMs,
    networkMode: 'always',
    gcTime: 0,
    staleTime: 0,
  })
