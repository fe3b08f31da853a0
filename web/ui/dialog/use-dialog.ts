import { useState } from 'react';

/** A dialog and the thing it is about, as useDialog keeps them. */
export type DialogOf<T> = ReturnType<typeof useDialog<T>>;

/** Whether a dialog is open, and the thing it is about, which stays while the dialog closes. */
export function useDialog<T>() {
  const [state, setState] = useState<{ isOpen: boolean; about: T | undefined }>({
    isOpen: false,
    about: undefined,
  });
  return {
    about: state.about,
    open: (about: T) => setState({ isOpen: true, about }),
    /** To be spread into the dialog. */
    props: {
      opened: state.isOpen,
      onClose: () => setState(({ about }) => ({ isOpen: false, about })),
    },
  };
}
