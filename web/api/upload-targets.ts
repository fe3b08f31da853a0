import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import { isMissing } from './error.ts';

interface Target {
  readonly workspace: string;
  readonly image: string;
  readonly tag: string;
}

const VERSION = '/workspaces/{workspace}/images/{image}/versions/{tag}';

/** Whether a push would overwrite this version of an image. */
export const tagExistsQuery = ({ workspace, image, tag }: Target) =>
  queryOptions({
    queryKey: ['image', workspace, image, 'exists', tag],
    queryFn: async () => {
      try {
        await api(`get ${VERSION}`, { params: { workspace, image, tag } });
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
    },
  });
