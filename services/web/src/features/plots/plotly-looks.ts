// What a figure of Plotly says of its looks: it has ours instead, and means the same.
import type { SpecPart } from '@/features/plots/spec-part'

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

export const IGNORED_OF_LAYOUT = words(`
  margin width height autosize font colorway colorscale coloraxis hovermode dragmode clickmode hoverlabel hoverdistance spikedistance paper_bgcolor plot_bgcolor
  bargap bargroupgap barcornerradius uirevision selectionrevision editrevision datarevision separators modebar newshape activeshape newselection activeselection
  meta transition uniformtext legend showlegend autotypenumbers title computed hidesources selectdirection minreducedwidth minreducedheight`)

export const IGNORED_OF_TRACE = words(`
  type legendgroup legendgrouptitle legendrank legendwidth legend hovertemplate hovertext hoverinfo hoverlabel hoveron customdata ids meta opacity
  textposition textfont insidetextanchor insidetextfont outsidetextfont constraintext textangle alignmentgroup offsetgroup cliponaxis uid uirevision
  xhoverformat yhoverformat selected unselected zorder xcalendar ycalendar stackgaps`)

export const IGNORED_OF_AXIS = words(`
  anchor domain automargin autotickangles color side visible fixedrange constrain constraintoward scaleanchor scaleratio matches layer position uirevision
  showgrid gridcolor gridwidth griddash zeroline zerolinecolor zerolinewidth showline linecolor linewidth mirror minor
  ticks ticklen tickcolor tickwidth tickfont tickangle tickformat tickformatstops hoverformat nticks dtick tick0 tickmode showticklabels ticklabelposition
  ticklabelmode ticklabeloverflow ticklabelstep tickson showspikes spikecolor spikethickness spikedash spikemode spikesnap separatethousands exponentformat
  minexponent showexponent rangeslider rangeselector autotypenumbers`)

const MEANT_OF_LAYOUT = words('barmode barnorm shapes annotations images')
const MEANT_OF_AXIS = words('type range autorange rangemode categoryorder categoryarray tickvals ticktext tickprefix ticksuffix rangebreaks')
const MEANT_OF_TRACE = words('mode fill stackgroup orientation visible connectgaps')

/** A template of looks alone is what every figure has; one that says more is not read. */
export function checkTemplate(template: SpecPart): void {
  const layout = template.part('layout')
  MEANT_OF_LAYOUT.forEach((name) => layout?.expect(name, []))
  for (const axis of ['xaxis', 'yaxis']) MEANT_OF_AXIS.forEach((name) => layout?.part(axis)?.expect(name, []))
  const data = template.part('data')
  for (const type of ['scatter', 'scattergl', 'bar'])
    for (const trace of data?.parts(type, 10) ?? []) {
      MEANT_OF_TRACE.forEach((name) => trace.expect(name, []))
      trace.part('line')?.expect('shape', ['linear'])
    }
}
