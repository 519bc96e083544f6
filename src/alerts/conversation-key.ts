/** What one channel is told about one incident. Names of channels have no `|`. */
export function conversationKey(channel: string, incidentId: string): string {
  return `${channel}|${incidentId}`;
}

export function incidentOf(key: string): string {
  return key.slice(key.indexOf('|') + 1);
}
