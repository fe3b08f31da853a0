import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ImageName } from '../../api/images.ts';
import { paths } from '../../paths.ts';
import { SearchField } from '../../ui/search-field.tsx';

const route = getRouteApi('/signed-in/workspaces/$workspace/images/$image/');

interface TagSearchProps {
  readonly name: ImageName;
  readonly tab?: 'history';
}

/** Searches tags by prefix; the address of the tab holds the prefix. */
export function TagSearch({ name, tab }: TagSearchProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { q = '' } = route.useSearch();
  const find = (text: string) =>
    void navigate({
      ...paths.image(name.workspace, name.image, { tab, q: text || undefined }),
      replace: true,
    });
  return <SearchField label={t('image.findTag')} value={q} onChange={find} />;
}
