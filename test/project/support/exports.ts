import { type ESTree, Visitor } from 'vite';
import { parseSource, type Source } from './sources.ts';

/**
 * The names that a file declares and exports, types included. A name that it passes on from
 * another file is not one of them.
 */
export function findExportedNames(source: Source): string[] {
  const imported = new Set<string>();
  const exported: { readonly name: string; readonly local: string }[] = [];
  new Visitor({
    ImportDeclaration({ specifiers }) {
      for (const { local } of specifiers) imported.add(local.name);
    },
    ExportNamedDeclaration({ declaration, specifiers, source: from }) {
      if (declaration) exported.push(...declaredNames(declaration).map(asItIs));
      if (from) return;
      for (const one of specifiers) {
        exported.push({ name: nameOf(one.exported), local: nameOf(one.local) });
      }
    },
  }).visit(parseSource(source));
  return exported.filter(({ local }) => !imported.has(local)).map(({ name }) => name);
}

const asItIs = (name: string) => ({ name, local: name });

function nameOf(name: ESTree.ModuleExportName): string {
  return 'name' in name ? name.name : name.value;
}

function declaredNames(declaration: ESTree.Declaration): string[] {
  const declared = 'declarations' in declaration ? declaration.declarations : [declaration];
  return declared.map(({ id }) => {
    if (id && 'name' in id) return id.name;
    throw new Error('an export that is not declared by a plain name');
  });
}
