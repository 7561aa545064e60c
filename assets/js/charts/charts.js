// The pictures of figures: as much of ECharts as bars and lines need, in a file of its own that only pages with a chart fetch.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

// `rows` are the names, `marks` what stands of them along the bottom, `series` [{ name, kind, stack, values, told }]: `told` is each value in the reader's words.
// `colours` and `ink` come from the theme, `number` writes the axis, `opened(series, row)` is called where somebody presses a mark.
export function makeChart({ place, rows, marks, series, colours, ink, font, number, opened }) {
  const chart = init(place, null, { renderer: "canvas" });
  const words = { color: ink.text, fontFamily: font };
  chart.setOption({
    color: colours,
    animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 250,
    textStyle: words,
    grid: { left: 8, right: 8, top: 36, bottom: 8, containLabel: true },
    legend: { top: 0, textStyle: words, icon: "roundRect", itemWidth: 12, itemHeight: 12 },
    // Drawn, not written as HTML: names come from people.
    tooltip: {
      trigger: "item", renderMode: "richText", textStyle: words, backgroundColor: ink.ground, borderColor: ink.line,
      formatter: ({ seriesIndex, dataIndex }) => `${rows[dataIndex]}\n${series[seriesIndex].name}: ${series[seriesIndex].told[dataIndex]}`,
    },
    xAxis: { type: "category", data: marks, axisLabel: { ...words, lineHeight: 16, overflow: "break", width: Math.max(48, place.clientWidth / rows.length - 24), hideOverlap: true }, axisLine: { lineStyle: { color: ink.line } }, axisTick: { show: false } },
    yAxis: { type: "value", axisLabel: { ...words, formatter: number }, splitLine: { lineStyle: { color: ink.line } } },
    series: series.map(({ name, kind, stack, values }) => ({
      name, type: kind, stack, data: values, cursor: "pointer", barMaxWidth: 36, smooth: false, symbolSize: 8, emphasis: { focus: "series" },
    })),
  });
  chart.on("click", ({ seriesIndex, dataIndex }) => opened(seriesIndex, dataIndex));
  return chart;
}
