import { useState } from 'react';

/** The state of a dialog that is about a `T`. */
export type DialogOf<T> = ReturnType<typeof useDialog<T>>;

/** Holds whether a dialog is open and what it is about, which stays while the dialog closes. */
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
