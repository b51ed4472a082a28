// Apdex in words, as its specification bands it: https://www.apdex.org, Technical Specification 1.1.
const BANDS = [
  { least: 0.94, band: 'excellent' },
  { least: 0.85, band: 'good' },
  { least: 0.7, band: 'fair' },
  { least: 0.5, band: 'poor' },
] as const

export type ApdexBand = (typeof BANDS)[number]['band'] | 'unacceptable'

export const apdexBand = (apdex: number): ApdexBand => BANDS.find(({ least }) => apdex >= least)?.band ?? 'unacceptable'
