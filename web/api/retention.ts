import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import type { Item, ResponseBody } from './contract.ts';
import { PAGE_SIZE } from './pages.ts';
import { queryClient } from './query-client.ts';

const ONE = '/workspaces/{workspace}/retention';

/** Which versions of a workspace are kept, and which are immutable. */
export type RetentionRules = ResponseBody<`get ${typeof ONE}`>;

export type UnkeptVersion = Item<`post ${typeof ONE}/preview`>;

/** The totals of a preview. */
export type RetentionTotal = NonNullable<ResponseBody<`post ${typeof ONE}/preview`>['total']>;

type Backtest = ResponseBody<`post ${typeof ONE}/backtest`>;

const keyOf = (workspace: string) => ['retention', workspace];

export const retentionQuery = (workspace: string) =>
  queryOptions({
    queryKey: [...keyOf(workspace), 'rules'],
    queryFn: () => api(`get ${ONE}`, { params: { workspace } }),
  });

export async function setRetention(workspace: string, rules: RetentionRules): Promise<void> {
  const now = await api(`put ${ONE}`, { params: { workspace }, body: rules });
  queryClient.setQueryData(retentionQuery(workspace).queryKey, now);
}

/** The versions that rules would move to the trash now, with the totals. */
export const retentionPreviewQuery = (workspace: string, rules: RetentionRules) =>
  infiniteQueryOptions({
    queryKey: [...keyOf(workspace), 'preview', rules],
    queryFn: ({ pageParam }) =>
      api(`post ${ONE}/preview`, {
        params: { workspace },
        query: { cursor: pageParam, limit: PAGE_SIZE },
        body: rules,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    select: ({ pages }) => ({
      versions: pages.flatMap(({ items }): UnkeptVersion[] => items),
      total: pages[0]?.total ?? null,
    }),
    staleTime: 0,
    gcTime: 0,
  });

/** Days of the past on which rules are tried. */
export const BACKTEST_DAYS = 90;

/** The most calls that a backtest takes; what would need more is not counted. */
const MAX_CALLS = 20;

/** What rules would have done in the last days. */
export const backtestQuery = (workspace: string, rules: RetentionRules) =>
  queryOptions({
    queryKey: [...keyOf(workspace), 'backtest', rules],
    queryFn: () => readBacktest(workspace, rules),
    staleTime: 0,
    gcTime: 0,
  });

async function readBacktest(workspace: string, rules: RetentionRules) {
  const sum = { deleted: 0, pulledAfterwards: 0, isComplete: true };
  let cursor: string | undefined;
  for (let call = 0; call < MAX_CALLS; call++) {
    const part: Backtest = await api(`post ${ONE}/backtest`, {
      params: { workspace },
      query: { cursor },
      body: { ...rules, days: BACKTEST_DAYS },
    });
    sum.deleted += part.deletedVersions;
    sum.pulledAfterwards += part.pulledAfterwards;
    sum.isComplete &&= part.skipped.length === 0;
    if (part.next === null) return sum;
    cursor = part.next;
  }
  return { ...sum, isComplete: false };
}
