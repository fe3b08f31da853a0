import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { ImageSort } from '../../../src/domain/lists.ts';
import {
  type ImageFilter,
  type ImageName,
  imagesQuery,
  type ListedImage,
} from '../../api/images.ts';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import type { Selection } from '../../ui/table/selection.ts';
import { SelectionBar } from '../../ui/table/selection-bar.tsx';
import type { Sort } from '../../ui/table/sort.ts';
import { PagedTable } from '../paged-table.tsx';
import { useImageColumns } from './columns.tsx';
import { DeleteDialog, DescriptionDialog } from './dialogs.tsx';

interface ImageListProps {
  readonly label: string;
  readonly filter: ImageFilter;
  readonly sort: Sort<ImageSort>;
  readonly onSort: (sort: Sort<ImageSort>) => void;
  /** Shown if there is no image. */
  readonly empty: ReactNode;
  /** Shown at the start of the line above the table. */
  readonly children?: ReactNode;
}

const nameOf = ({ workspace, name }: ListedImage): ImageName => ({ workspace, image: name });
const idOf = ({ workspace, name }: ListedImage) => `${workspace}/${name}`;
const canDelete = ({ allowed }: ListedImage) => allowed.includes('image:delete');

/** Images that match a filter, with the actions on one or on several. */
export function ImageList({ filter, children, ...table }: ImageListProps) {
  const [selection, setSelection] = useState<Selection>({});
  const editing = useDialog<ImageName>();
  const deleting = useDialog<readonly ImageName[]>();
  const columns = useImageColumns({
    isOneWorkspace: filter.workspace !== undefined,
    onEdit: (image) => editing.open(nameOf(image)),
    onDelete: (image) => deleting.open([nameOf(image)]),
  });
  const list = useInfiniteQuery(imagesQuery(filter));
  const rows = list.data;
  const chosen = rows?.filter((row) => selection[idOf(row)] && canDelete(row)) ?? [];
  const canChoose = rows === undefined || rows.some(canDelete);
  const finish = () => {
    deleting.props.onClose();
    setSelection({});
  };
  return (
    <>
      <SelectionBar
        count={chosen.length}
        onDelete={() => deleting.open(chosen.map(nameOf))}
        onClear={() => setSelection({})}
      >
        {children}
      </SelectionBar>
      <PagedTable
        {...table}
        list={list}
        columns={columns}
        rowId={idOf}
        {...(canChoose && { selection, onSelect: setSelection, canSelect: canDelete })}
      />
      <DescriptionDialog dialog={editing} />
      <DeleteDialog dialog={deleting} onDone={finish} />
    </>
  );
}
