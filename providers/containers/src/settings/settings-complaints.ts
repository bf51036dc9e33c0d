import { createSettingsComplaints, type SettingsComplaints } from '@trueup/provider-sdk';

export const settingsCode = 'CONTAINERS_SETTINGS';

export const settingsComplaints: SettingsComplaints = createSettingsComplaints(
  'containers',
  settingsCode,
);
