// A picture as an SVG string, drawn on the server by ECharts: no script runs in the page.
import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import { GraphicComponent, GridComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { pageReady, type Picture, type PictureShape } from './page-ready.ts';

use([BarChart, LineChart, ScatterChart, GridComponent, GraphicComponent, SVGRenderer]);

/** @param option whose colours are sentinels (chart-colours.ts). */
export function drawPicture(option: EChartsCoreOption, picture: Picture, shape: PictureShape): string {
  const { width, height } = shape;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, ...option });
    return pageReady(chart.renderToSVGString(), picture, shape);
  } finally {
    chart.dispose();
  }
}
