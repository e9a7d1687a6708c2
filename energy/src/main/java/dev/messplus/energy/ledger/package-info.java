/**
 * Accounts for the energy of a device. In flow readings of its counter, begins and ends of calls,
 * and the tokens that model servers have counted; out flow the joules of each call and the account
 * of the device, whose parts add up to what the counter moved. {@link
 * dev.messplus.energy.ledger.EnergyLedger} is the entry point. Nothing here reads a device.
 */
package dev.messplus.energy.ledger;
