import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';

interface DayBarsProps {
  readonly height: number;
  /** Name of what is counted. */
  readonly label: string;
  readonly days: readonly { readonly day: string; readonly pulls: number }[];
}

/** A chart with a bar for each day. */
export function DayBars({ height, label, days }: DayBarsProps) {
  return (
    <BarChart
      h={height}
      data={[...days]}
      dataKey="day"
      series={[{ name: 'pulls', label, color: 'sea.6' }]}
      withXAxis={false}
      withYAxis={false}
      gridAxis="none"
      barProps={{ radius: 2, isAnimationActive: false }}
      barChartProps={{
        accessibilityLayer: false,
        margin: { top: 4, right: 0, bottom: 0, left: 0 },
      }}
    />
  );
}
