//! The kinds of records that events are about.

use crate::runtime::value::open_enum::open_enum;

/// The kind of the record of an event: a model of Propexo, such as `leases`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum RecordKind {
    /// `accounting_entities`
    AccountingEntities,
    /// `address_types`
    AddressTypes,
    /// `amenities`
    Amenities,
    /// `ap_codes`
    ApCodes,
    /// `ap_codes_to_construction_job`
    ApCodesToConstructionJob,
    /// `applicant_pets`
    ApplicantPets,
    /// `applicants`
    Applicants,
    /// `applicants_to_applications`
    ApplicantsToApplications,
    /// `applicants_to_events`
    ApplicantsToEvents,
    /// `applicants_to_rentable_items`
    ApplicantsToRentableItems,
    /// `application_statuses`
    ApplicationStatuses,
    /// `applications`
    Applications,
    /// `call_logs`
    CallLogs,
    /// `charge_code_types`
    ChargeCodeTypes,
    /// `charge_code_types_to_charge_timings`
    ChargeCodeTypesToChargeTimings,
    /// `charge_codes`
    ChargeCodes,
    /// `charge_timings`
    ChargeTimings,
    /// `concessions`
    Concessions,
    /// `construction_job_details`
    ConstructionJobDetails,
    /// `construction_jobs`
    ConstructionJobs,
    /// `contract_details`
    ContractDetails,
    /// `contracts`
    Contracts,
    /// `crm_agents`
    CrmAgents,
    /// `crm_amenities`
    CrmAmenities,
    /// `crm_attributions`
    CrmAttributions,
    /// `crm_communities`
    CrmCommunities,
    /// `crm_communities_to_agents`
    CrmCommunitiesToAgents,
    /// `crm_communities_to_attributions`
    CrmCommunitiesToAttributions,
    /// `crm_events`
    CrmEvents,
    /// `crm_listings`
    CrmListings,
    /// `crm_pet_policies`
    CrmPetPolicies,
    /// `crm_prospects`
    CrmProspects,
    /// `deposit_summaries`
    DepositSummaries,
    /// `deposits`
    Deposits,
    /// `employees`
    Employees,
    /// `entrata_lease_periods`
    EntrataLeasePeriods,
    /// `entrata_unit_types`
    EntrataUnitTypes,
    /// `entrata_vendor_locations`
    EntrataVendorLocations,
    /// `event_results`
    EventResults,
    /// `event_results_to_event_types`
    EventResultsToEventTypes,
    /// `event_sub_types`
    EventSubTypes,
    /// `event_types`
    EventTypes,
    /// `events`
    Events,
    /// `fees`
    Fees,
    /// `file_types`
    FileTypes,
    /// `financial_accounts`
    FinancialAccounts,
    /// `floor_plans`
    FloorPlans,
    /// `integration_configuration_meta_data`
    IntegrationConfigurationMetaData,
    /// `invoice_items`
    InvoiceItems,
    /// `invoices`
    Invoices,
    /// `lead_pets`
    LeadPets,
    /// `lead_relationships`
    LeadRelationships,
    /// `lead_sources`
    LeadSources,
    /// `leads`
    Leads,
    /// `leads_to_events`
    LeadsToEvents,
    /// `leads_to_rentable_items`
    LeadsToRentableItems,
    /// `lease_services`
    LeaseServices,
    /// `lease_transfers`
    LeaseTransfers,
    /// `leases`
    Leases,
    /// `listings`
    Listings,
    /// `locations`
    Locations,
    /// `note_categories`
    NoteCategories,
    /// `owners`
    Owners,
    /// `owners_to_properties`
    OwnersToProperties,
    /// `payable_register_items`
    PayableRegisterItems,
    /// `payable_registers`
    PayableRegisters,
    /// `pet_types`
    PetTypes,
    /// `properties`
    Properties,
    /// `property_lists`
    PropertyLists,
    /// `property_lists_to_properties`
    PropertyListsToProperties,
    /// `property_office_hours`
    PropertyOfficeHours,
    /// `purchase_order_items`
    PurchaseOrderItems,
    /// `purchase_order_items_to_invoices`
    PurchaseOrderItemsToInvoices,
    /// `purchase_orders`
    PurchaseOrders,
    /// `recurring_resident_charges`
    RecurringResidentCharges,
    /// `rentable_items`
    RentableItems,
    /// `rentvine_application_templates`
    RentvineApplicationTemplates,
    /// `resident_allocations`
    ResidentAllocations,
    /// `resident_charges`
    ResidentCharges,
    /// `resident_insurance`
    ResidentInsurance,
    /// `resident_payments`
    ResidentPayments,
    /// `resident_pets`
    ResidentPets,
    /// `resident_vehicles`
    ResidentVehicles,
    /// `residents`
    Residents,
    /// `residents_to_events`
    ResidentsToEvents,
    /// `residents_to_leases`
    ResidentsToLeases,
    /// `residents_to_rentable_items`
    ResidentsToRentableItems,
    /// `screenings`
    Screenings,
    /// `service_request_access_contacts`
    ServiceRequestAccessContacts,
    /// `service_request_categories`
    ServiceRequestCategories,
    /// `service_request_locations`
    ServiceRequestLocations,
    /// `service_request_notes`
    ServiceRequestNotes,
    /// `service_request_priorities`
    ServiceRequestPriorities,
    /// `service_request_problems`
    ServiceRequestProblems,
    /// `service_request_statuses`
    ServiceRequestStatuses,
    /// `service_request_vendor_categories`
    ServiceRequestVendorCategories,
    /// `service_request_vendor_contacts`
    ServiceRequestVendorContacts,
    /// `service_request_vendors`
    ServiceRequestVendors,
    /// `service_request_vendors_insurance`
    ServiceRequestVendorsInsurance,
    /// `service_request_vendors_to_properties`
    ServiceRequestVendorsToProperties,
    /// `service_requests`
    ServiceRequests,
    /// `service_requests_to_employees`
    ServiceRequestsToEmployees,
    /// `service_requests_to_vendors`
    ServiceRequestsToVendors,
    /// `timezones`
    Timezones,
    /// `transactions`
    Transactions,
    /// `unit_details`
    UnitDetails,
    /// `unit_pricing`
    UnitPricing,
    /// `units`
    Units,
    /// `units_to_amenity`
    UnitsToAmenity,
    /// `vendor_insurance_coverage_types`
    VendorInsuranceCoverageTypes,
    /// `vendor_insurance_policy_types`
    VendorInsurancePolicyTypes,
    /// `vendor_payment_types`
    VendorPaymentTypes,
    /// A kind that this version does not know.
    Unknown(String),
}

// The values of `model` of `POST /v1/webhooks/`, sorted; `tests/webhooks.rs` compares them.
open_enum!(RecordKind, {
    "accounting_entities" => AccountingEntities,
    "address_types" => AddressTypes,
    "amenities" => Amenities,
    "ap_codes" => ApCodes,
    "ap_codes_to_construction_job" => ApCodesToConstructionJob,
    "applicant_pets" => ApplicantPets,
    "applicants" => Applicants,
    "applicants_to_applications" => ApplicantsToApplications,
    "applicants_to_events" => ApplicantsToEvents,
    "applicants_to_rentable_items" => ApplicantsToRentableItems,
    "application_statuses" => ApplicationStatuses,
    "applications" => Applications,
    "call_logs" => CallLogs,
    "charge_code_types" => ChargeCodeTypes,
    "charge_code_types_to_charge_timings" => ChargeCodeTypesToChargeTimings,
    "charge_codes" => ChargeCodes,
    "charge_timings" => ChargeTimings,
    "concessions" => Concessions,
    "construction_job_details" => ConstructionJobDetails,
    "construction_jobs" => ConstructionJobs,
    "contract_details" => ContractDetails,
    "contracts" => Contracts,
    "crm_agents" => CrmAgents,
    "crm_amenities" => CrmAmenities,
    "crm_attributions" => CrmAttributions,
    "crm_communities" => CrmCommunities,
    "crm_communities_to_agents" => CrmCommunitiesToAgents,
    "crm_communities_to_attributions" => CrmCommunitiesToAttributions,
    "crm_events" => CrmEvents,
    "crm_listings" => CrmListings,
    "crm_pet_policies" => CrmPetPolicies,
    "crm_prospects" => CrmProspects,
    "deposit_summaries" => DepositSummaries,
    "deposits" => Deposits,
    "employees" => Employees,
    "entrata_lease_periods" => EntrataLeasePeriods,
    "entrata_unit_types" => EntrataUnitTypes,
    "entrata_vendor_locations" => EntrataVendorLocations,
    "event_results" => EventResults,
    "event_results_to_event_types" => EventResultsToEventTypes,
    "event_sub_types" => EventSubTypes,
    "event_types" => EventTypes,
    "events" => Events,
    "fees" => Fees,
    "file_types" => FileTypes,
    "financial_accounts" => FinancialAccounts,
    "floor_plans" => FloorPlans,
    "integration_configuration_meta_data" => IntegrationConfigurationMetaData,
    "invoice_items" => InvoiceItems,
    "invoices" => Invoices,
    "lead_pets" => LeadPets,
    "lead_relationships" => LeadRelationships,
    "lead_sources" => LeadSources,
    "leads" => Leads,
    "leads_to_events" => LeadsToEvents,
    "leads_to_rentable_items" => LeadsToRentableItems,
    "lease_services" => LeaseServices,
    "lease_transfers" => LeaseTransfers,
    "leases" => Leases,
    "listings" => Listings,
    "locations" => Locations,
    "note_categories" => NoteCategories,
    "owners" => Owners,
    "owners_to_properties" => OwnersToProperties,
    "payable_register_items" => PayableRegisterItems,
    "payable_registers" => PayableRegisters,
    "pet_types" => PetTypes,
    "properties" => Properties,
    "property_lists" => PropertyLists,
    "property_lists_to_properties" => PropertyListsToProperties,
    "property_office_hours" => PropertyOfficeHours,
    "purchase_order_items" => PurchaseOrderItems,
    "purchase_order_items_to_invoices" => PurchaseOrderItemsToInvoices,
    "purchase_orders" => PurchaseOrders,
    "recurring_resident_charges" => RecurringResidentCharges,
    "rentable_items" => RentableItems,
    "rentvine_application_templates" => RentvineApplicationTemplates,
    "resident_allocations" => ResidentAllocations,
    "resident_charges" => ResidentCharges,
    "resident_insurance" => ResidentInsurance,
    "resident_payments" => ResidentPayments,
    "resident_pets" => ResidentPets,
    "resident_vehicles" => ResidentVehicles,
    "residents" => Residents,
    "residents_to_events" => ResidentsToEvents,
    "residents_to_leases" => ResidentsToLeases,
    "residents_to_rentable_items" => ResidentsToRentableItems,
    "screenings" => Screenings,
    "service_request_access_contacts" => ServiceRequestAccessContacts,
    "service_request_categories" => ServiceRequestCategories,
    "service_request_locations" => ServiceRequestLocations,
    "service_request_notes" => ServiceRequestNotes,
    "service_request_priorities" => ServiceRequestPriorities,
    "service_request_problems" => ServiceRequestProblems,
    "service_request_statuses" => ServiceRequestStatuses,
    "service_request_vendor_categories" => ServiceRequestVendorCategories,
    "service_request_vendor_contacts" => ServiceRequestVendorContacts,
    "service_request_vendors" => ServiceRequestVendors,
    "service_request_vendors_insurance" => ServiceRequestVendorsInsurance,
    "service_request_vendors_to_properties" => ServiceRequestVendorsToProperties,
    "service_requests" => ServiceRequests,
    "service_requests_to_employees" => ServiceRequestsToEmployees,
    "service_requests_to_vendors" => ServiceRequestsToVendors,
    "timezones" => Timezones,
    "transactions" => Transactions,
    "unit_details" => UnitDetails,
    "unit_pricing" => UnitPricing,
    "units" => Units,
    "units_to_amenity" => UnitsToAmenity,
    "vendor_insurance_coverage_types" => VendorInsuranceCoverageTypes,
    "vendor_insurance_policy_types" => VendorInsurancePolicyTypes,
    "vendor_payment_types" => VendorPaymentTypes,
});
