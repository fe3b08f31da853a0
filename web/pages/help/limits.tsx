import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { settingsQuery } from '../../api/settings.ts';
import { useFormat } from '../../ui/format.ts';
import { HelpSection } from './section.tsx';

const MIB = 1024 * 1024;

/** The limits of the registry. */
export function Limits() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery(settingsQuery);
  const uploadLimit = data ? `${format.number(data.uploadLimitBytes / MIB)} MiB` : '…';
  const trashDays = data ? t('help.daysOf', { count: data.trashDays }) : '…';
  const rows = [
    [t('help.body'), t('help.bodyLimit')],
    [t('help.pageUpload'), uploadLimit],
    [t('help.layer'), format.bytes(62_900_000_000)],
    [t('help.manifest'), '4 MiB'],
    [t('help.description'), '64 KiB'],
    [t('help.unfinished'), t('help.hours', { count: 24 })],
    [t('help.trash'), trashDays],
    [t('help.session'), t('help.sessionLimit')],
    [t('help.signIns'), t('help.signInLimit')],
  ];
  return (
    <HelpSection topic="limits">
      <Text>{t('help.limitsText')}</Text>
      <Table aria-labelledby="limits-title" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('help.what')}</Table.Th>
            <Table.Th>{t('help.limit')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(([what, limit]) => (
            <Table.Tr key={what}>
              <Table.Th scope="row" fw={400}>
                {what}
              </Table.Th>
              <Table.Td>{limit}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </HelpSection>
  );
}
