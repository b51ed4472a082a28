import { expect, test } from 'vitest'
import { plotIn, plotKindOf } from '@/features/plots/plot-kind'
import { readPlot } from '@/features/plots/read-plot'

const figure = (data: readonly object[], layout: object = {}): object => ({ data, layout })
const chart = (more: object): object => ({ $schema: 'https://vega.github.io/schema/vega-lite/v6.4.1.json', config: { view: { continuousWidth: 300 } }, ...more })
const encoding = { x: { field: 'day', type: 'temporal' }, y: { field: 'n', type: 'quantitative' } }
const rows = [
  { day: '2024-03-02T00:00:00', n: 5, shop: 'west' },
  { day: '2024-03-01T00:00:00', n: 3, shop: 'west' },
  { day: '2024-03-01T00:00:00', n: 2, shop: 'east' },
]

function drawn(value: object) {
  const kind = plotKindOf(value)
  const reading = kind && readPlot(kind, value)
  if (!reading?.plot) throw new Error(reading?.reasons.join(', ') ?? 'no plot')
  return reading.plot
}

function reasonsOf(value: object): readonly string[] {
  const kind = plotKindOf(value)
  const reading = kind && readPlot(kind, value)
  return reading && reading.plot === null ? reading.reasons : []
}

const shapes = (value: object) => drawn(value).series.map(({ name, mark, points }) => [name, mark, points.map((point) => point && [point.x, point.y])])

test('a plot is known by what is in it, and no other JSON is taken for one', () => {
  expect([plotKindOf(figure([{ type: 'bar' }])), plotKindOf(chart({})), plotKindOf({ data: [{ id: 1 }], layout: {} }), plotKindOf({ data: [{ x: [] }], layout: {}, total: 1 }), plotKindOf([1])]).toEqual(['Plotly', 'Vega-Lite', null, null, null])
  expect([plotIn('{"layout": {}'), plotIn('{"a": 1}')?.kind, plotIn(JSON.stringify(figure([{ y: [1] }])))?.kind]).toEqual([null, undefined, 'Plotly'])
})

test('traces are lines, points or both, in the order of their points, broken where nothing is told', () => {
  const traces = [
    { type: 'scatter', mode: 'lines', name: 'a', x: [3, 1, 2], y: [1, null, 4] },
    { type: 'scattergl', mode: 'markers', name: 'b', y: [7, 8] },
    { name: 'c', y: [1] },
  ]
  expect(shapes(figure(traces))).toEqual([
    ['a', 'line', [[3, 1], null, [2, 4]]],
    ['b', 'points', [[0, 7], [1, 8]]],
    ['c', 'line-points', [[0, 1]]],
  ])
})

test('numbers are read as plotly.py 6 packs them, not-a-number as nothing', () => {
  const packed = (dtype: string, list: ArrayBufferView) => ({ dtype, bdata: Buffer.from(list.buffer).toString('base64') })
  const trace = { type: 'scatter', mode: 'lines', x: packed('i2', new Int16Array([-2, 300])), y: packed('f8', new Float64Array([0.5, NaN])) }
  expect(shapes(figure([trace]))).toEqual([['trace 0', 'line', [[-2, 0.5], null]]])
  expect(reasonsOf(figure([{ ...trace, y: { dtype: 'f8', bdata: 'AAA' } }]))).toContain('data[0].y')
})

test.each([
  ['group', [[-0.2, 3], [0.2, 4]], [0, 0]],
  ['relative', [[0, 3], [0, 7]], [0, 3]],
  ['overlay', [[0, 3], [0, 4]], [0, 0]],
])('bars of barmode %s stand where they ought to', (barmode, places, bases) => {
  const { series, x, y } = drawn(figure([{ type: 'bar', x: ['a'], y: [3] }, { type: 'bar', x: ['a'], y: [4] }], { barmode }))
  expect(series.map(({ points }) => [points[0]?.x, points[0]?.y])).toEqual(places)
  expect(series.map(({ points }) => points[0]?.from)).toEqual(bases)
  expect([x.categories, y.domain[0]]).toEqual([['a'], 0])
})

test('bars below zero hang from it, whatever stands above', () => {
  const points = drawn(figure([{ type: 'bar', x: ['a'], y: [3] }, { type: 'bar', x: ['a'], y: [-2] }, { type: 'bar', x: ['a'], y: [-1] }], { barmode: 'relative' })).series.map((one) => one.points[0])
  expect(points.map((point) => [point?.from, point?.y])).toEqual([[0, 3], [0, -2], [-2, -3]])
})

test('an axis is what its values are, or says', () => {
  expect(drawn(figure([{ y: [1, 2], x: ['2024-03-01', '2024-03-02T12:30:00.000000'] }])).x.kind).toBe('time')
  expect(drawn(figure([{ y: [1, 2], x: ['b', 'a'] }])).x.categories).toEqual(['b', 'a'])
  expect(drawn(figure([{ y: [1, 100] }], { yaxis: { type: 'log', range: [0, 3], title: { text: '<b>loss</b>' } } })).y).toMatchObject({ kind: 'log', domain: [0, 3], title: 'loss' })
  expect([reasonsOf(figure([{ y: [1, 2], x: [1, 'a'] }])), reasonsOf(figure([{ y: [1], x: ['12'] }]))]).toEqual([['x of several kinds'], ['x of several kinds']])
})

test.each([
  [{ type: 'pie', values: [1] }, {}, 'a trace of type pie'],
  [{ y: [1], marker: { size: [3] } }, {}, 'data[0].marker.size'],
  [{ y: [1], marker: { color: [3] } }, {}, 'data[0].marker.color'],
  [{ y: [1], line: { shape: 'hv' } }, {}, 'data[0].line.shape'],
  [{ y: [1], yaxis: 'y2' }, {}, 'data[0].yaxis'],
  [{ y: [1], error_y: { array: [1] } }, {}, 'data[0].error_y'],
  [{ y: [1], visible: 'legendonly' }, {}, 'data[0].visible'],
  [{ y: [1] }, { shapes: [{ type: 'line' }] }, 'layout.shapes'],
  [{ y: [1] }, { yaxis: { tickvals: [1] } }, 'layout.yaxis.tickvals'],
  [{ y: [1] }, { yaxis: { autorange: 'reversed' } }, 'layout.yaxis.autorange'],
  [{ y: [1] }, { template: { layout: { barmode: 'stack' } } }, 'template.layout.barmode'],
  [{ y: [1] }, { whatComesNext: 1 }, 'layout.whatComesNext'],
])('a figure with %j and %j is not drawn', (trace, layout, reason) => {
  expect(reasonsOf(figure([trace], layout)).join(' ')).toContain(reason)
})

test('what is more than can be drawn is said, and how much it is', () => {
  expect(reasonsOf(figure([{ type: 'scatter', y: Array.from({ length: 20_001 }, () => 1) }]))).toEqual(['20,001 points, of at most 20,000'])
  expect(reasonsOf(figure(Array.from({ length: 21 }, () => ({ type: 'scatter', y: [1] }))))).toEqual(['21 series, of at most 20'])
  expect(reasonsOf(figure([{ type: 'scatter', y: [] }]))).toEqual(['no data'])
})

test('a line of Vega-Lite goes along its axis, each colour by itself, with data by name', () => {
  const spec = chart({ data: { name: 'd' }, datasets: { d: rows }, mark: { type: 'line', point: true }, title: 'Orders', encoding: { ...encoding, color: { field: 'shop', type: 'nominal' } } })
  const [first, second] = [Date.UTC(2024, 2, 1), Date.UTC(2024, 2, 2)]
  expect(shapes(spec)).toEqual([
    ['east', 'line-points', [[first, 2]]],
    ['west', 'line-points', [[first, 3], [second, 5]]],
  ])
  expect(drawn(spec)).toMatchObject({ title: 'Orders', legend: 'shop', y: { title: 'n', domain: [0, 5] } })
})

test('bars with a colour are stacked, the first on top; with an offset they stand side by side', () => {
  const bars = { data: { values: rows }, mark: 'bar', encoding: { x: { field: 'day', type: 'ordinal' }, y: { field: 'n', type: 'quantitative' }, color: { field: 'shop' } } }
  const stacked = drawn(chart(bars))
  expect(stacked.series.map(({ points }) => points.map((point) => [point?.x, point?.from, point?.y]))).toEqual([[[0, 3, 5]], [[1, 0, 5], [0, 0, 3]]])
  const beside = drawn(chart({ ...bars, encoding: { ...bars.encoding, xOffset: { field: 'shop' } } }))
  expect(beside.series.map(({ points }) => points[0]?.from)).toEqual([0, 0])
  expect(beside.series[0]?.points[0]?.x).toBeLessThan(beside.series[1]?.points[1]?.x ?? 0)
})

test('categories of y go from the top down, and bars along them to the right', () => {
  const { y, series } = drawn(chart({ data: { values: rows }, mark: 'bar', encoding: { y: { field: 'shop', type: 'nominal', sort: ['west', 'east'] }, x: { field: 'n', type: 'quantitative' } } }))
  expect([y.categories, series[0]?.along]).toEqual([['east', 'west'], 'y'])
})

test('layers share what stands around them; of a stacked area nothing told is zero', () => {
  const layered = drawn(chart({ data: { values: rows }, encoding, layer: [{ mark: 'line' }, { mark: 'point', encoding: { y: { field: 'n', type: 'quantitative', title: 'Sold' } } }] }))
  expect([layered.series.map(({ mark, tone }) => [mark, tone]), layered.y.title]).toEqual([[['line', 0], ['points', 0]], 'n, Sold'])
  const area = drawn(chart({ data: { values: rows }, mark: 'area', encoding: { ...encoding, color: { field: 'shop' } } }))
  expect(area.series.map(({ points }) => points.map((point) => [point?.from, point?.y]))).toEqual([[[3, 5], [5, 5]], [[0, 3], [0, 5]]])
})

test.each([
  [{ mark: 'rect' }, 'a mark of type rect'],
  [{ mark: { type: 'line', interpolate: 'step' } }, 'mark.interpolate'],
  [{ transform: [{ filter: 'datum.n > 1' }] }, 'transform'],
  [{ encoding: { ...encoding, y: { field: 'n', type: 'quantitative', aggregate: 'sum' } } }, 'encoding.y.aggregate'],
  [{ encoding: { ...encoding, x: { field: 'day', type: 'temporal', timeUnit: 'month' } } }, 'encoding.x.timeUnit'],
  [{ encoding: { ...encoding, column: { field: 'shop' } } }, 'encoding.column'],
  [{ encoding: { ...encoding, color: { field: 'n', type: 'quantitative' } } }, 'encoding.color.type'],
  [{ encoding: { ...encoding, size: { field: 'n' } } }, 'encoding.size'],
  [{ encoding: { ...encoding, x: { field: 'a.b', type: 'temporal' } } }, 'encoding.x.field'],
  [{ data: { url: 'https://example.com/data.csv' } }, 'data.url (nothing is fetched)'],
  [{ data: { values: [{ day: '1 March', n: 1 }] } }, 'values of x that are no times (ISO 8601)'],
  [{ config: { line: { interpolate: 'step' } } }, 'config.line'],
  [{ hconcat: [] , repeat: ['a'] }, 'repeat'],
])('Vega-Lite with %j is not drawn', (more, reason) => {
  expect(reasonsOf(chart({ data: { values: rows }, mark: 'line', encoding, ...more }))).toContain(reason)
})

test('what is no specification at all is no surprise', () => {
  for (const part of [null, 1, 'text', [], {}]) {
    expect(reasonsOf(chart({ data: part, mark: part, encoding: part, layer: part, datasets: part, config: part })).length).toBeGreaterThan(0)
    expect(reasonsOf(figure([{ type: 'scatter', x: part, y: part, line: part, marker: part }], { xaxis: part, template: part, title: part })).length).toBeGreaterThan(0)
  }
})
