#include "core/lending/generator/vocabulary.hpp"

namespace credit_risk::generator {
namespace {

constexpr Place kPlaces[] = {
    {"Mumbai", "Maharashtra", 95, 1, 400},    {"Pune", "Maharashtra", 60, 2, 411},
    {"Nagpur", "Maharashtra", 25, 3, 440},    {"Nashik", "Maharashtra", 18, 3, 422},
    {"Delhi", "Delhi", 130, 1, 110},          {"Bengaluru", "Karnataka", 105, 1, 560},
    {"Mysuru", "Karnataka", 22, 3, 570},      {"Hubballi", "Karnataka", 14, 3, 580},
    {"Chennai", "Tamil Nadu", 85, 1, 600},    {"Coimbatore", "Tamil Nadu", 32, 2, 641},
    {"Madurai", "Tamil Nadu", 18, 3, 625},    {"Hyderabad", "Telangana", 100, 1, 500},
    {"Warangal", "Telangana", 22, 3, 506},    {"Ahmedabad", "Gujarat", 48, 2, 380},
    {"Surat", "Gujarat", 30, 2, 395},         {"Kolkata", "West Bengal", 58, 1, 700},
    {"Jaipur", "Rajasthan", 38, 2, 302},      {"Lucknow", "Uttar Pradesh", 34, 2, 226},
    {"Kanpur", "Uttar Pradesh", 20, 3, 208},  {"Kochi", "Kerala", 28, 2, 682},
    {"Chandigarh", "Chandigarh", 18, 2, 160}, {"Indore", "Madhya Pradesh", 22, 2, 452},
    {"Bhopal", "Madhya Pradesh", 16, 3, 462}, {"Visakhapatnam", "Andhra Pradesh", 20, 2, 530},
    {"Patna", "Bihar", 18, 3, 800},           {"Bhubaneswar", "Odisha", 16, 3, 751},
};

constexpr const char* kFemaleNames[] = {
    "Aarti",  "Ananya",   "Anjali",   "Asha",    "Bhavna", "Chitra",  "Deepa",   "Divya",
    "Fatima", "Gauri",    "Harini",   "Indu",    "Ishita", "Jaya",    "Kavita",  "Keerthi",
    "Lata",   "Leela",    "Madhuri",  "Manisha", "Meena",  "Mary",    "Nandini", "Neelam",
    "Nikita", "Padma",    "Parul",    "Pooja",   "Priya",  "Radhika", "Rekha",   "Ritu",
    "Sadia",  "Sangeeta", "Shalini",  "Shilpa",  "Simran", "Sneha",   "Sunita",  "Swati",
    "Tanvi",  "Usha",     "Vaishali", "Vidya",   "Yamini", "Zoya",
};

constexpr const char* kMaleNames[] = {
    "Abdul",   "Aditya",   "Ajay",   "Akash",   "Amit",      "Anand",  "Anil",   "Arjun",
    "Arvind",  "Ashok",    "Bharat", "Chetan",  "Dinesh",    "Farhan", "Ganesh", "Gaurav",
    "Girish",  "Harish",   "Imran",  "Jagdish", "Joseph",    "Karan",  "Kiran",  "Kunal",
    "Mahesh",  "Manoj",    "Mohan",  "Mukesh",  "Naveen",    "Nikhil", "Nitin",  "Pankaj",
    "Prakash", "Prashant", "Rahul",  "Rajesh",  "Rakesh",    "Ramesh", "Ravi",   "Rohit",
    "Sachin",  "Sandeep",  "Sanjay", "Satish",  "Siddharth", "Sunil",  "Suresh", "Tarun",
    "Uday",    "Varun",    "Vijay",  "Vikram",  "Vinod",     "Vivek",  "Yusuf",
};

constexpr const char* kSurnames[] = {
    "Agarwal", "Ahmed",  "Ansari",    "Bansal",   "Bhat",  "Bose",       "Chauhan",     "Chawla",
    "Chopra",  "Das",    "Desai",     "Deshmukh", "Dubey", "Fernandes",  "Gandhi",      "Ghosh",
    "Gill",    "Gowda",  "Gupta",     "Hegde",    "Iyer",  "Jain",       "Joshi",       "Kadam",
    "Kapoor",  "Kaur",   "Khan",      "Kulkarni", "Kumar", "Malik",      "Mathew",      "Mehta",
    "Menon",   "Mishra", "Mukherjee", "Nair",     "Naidu", "Pandey",     "Patel",       "Patil",
    "Pillai",  "Prasad", "Rao",       "Rathore",  "Reddy", "Saxena",     "Sen",         "Shah",
    "Sharma",  "Shetty", "Shinde",    "Singh",    "Sinha", "Srinivasan", "Subramanian", "Thakur",
    "Thomas",  "Tiwari", "Varma",     "Yadav",
};

constexpr const char* kStreets[] = {
    "Ashoka Road",    "Banyan Lane",    "Canal Road",    "Fort Road",    "Gandhi Nagar",
    "Hill View Road", "Jasmine Street", "Lake Road",     "Lotus Colony", "Mango Grove",
    "Market Road",    "Nehru Nagar",    "Palm Avenue",   "Park Street",  "River Side",
    "Shanti Nagar",   "Station Road",   "Temple Street", "Tilak Road",   "University Road",
};

constexpr const char* kCompanies[] = {
    "Sahyadri Software",     "Kaveri Systems",      "Deccan Analytics",  "Malabar Infotech",
    "Vindhya Telecom",       "Godavari Motors",     "Narmada Textiles",  "Aravalli Cements",
    "Konkan Logistics",      "Yamuna Health Care",  "Ganga Retail",      "Nilgiri Foods",
    "Coromandel Steel",      "Himadri Insurance",   "Saraswati Schools", "Tapti Pharma",
    "Chambal Power",         "Doab Airways",        "Malwa Engineering", "State Government",
    "Municipal Corporation", "Public Works Office", "District Hospital", "Western Railway Office",
};
constexpr const char* kPractices[] = {
    "Own practice", "Freelance services", "Consulting practice",
    "Own clinic",   "Own studio",         "Transport services",
};
constexpr const char* kBusinesses[] = {
    "Family trading firm", "Own retail store",  "Own workshop",         "Own restaurant",
    "Garments unit",       "Hardware supplier", "Agro processing unit", "Packaging unit",
};

constexpr const char* kSalariedTitles[] = {
    "Office Assistant", "Sales Associate", "Technician",        "Accountant",
    "Teacher",          "Nurse",           "Software Engineer", "Analyst",
    "Senior Engineer",  "Branch Manager",  "Project Manager",   "General Manager",
};
constexpr const char* kSelfEmployedTitles[] = {
    "Driver-Owner", "Tailor",     "Insurance Agent", "Photographer",
    "Designer",     "Consultant", "Physician",       "Architect",
};
constexpr const char* kBusinessTitles[] = {
    "Shop Owner", "Partner", "Proprietor", "Contractor", "Managing Partner", "Director",
};

template <std::size_t N>
constexpr Words words(const char* const (&list)[N]) noexcept {
  return {list, N};
}

}  // namespace

Places places() noexcept { return {kPlaces, sizeof kPlaces / sizeof kPlaces[0]}; }
Words female_names() noexcept { return words(kFemaleNames); }
Words male_names() noexcept { return words(kMaleNames); }
Words surnames() noexcept { return words(kSurnames); }
Words streets() noexcept { return words(kStreets); }

Words employers(std::size_t employment_type) noexcept {
  const Words lists[] = {words(kCompanies), words(kPractices), words(kBusinesses)};
  return lists[employment_type];
}

Words job_titles(std::size_t employment_type) noexcept {
  const Words lists[] = {words(kSalariedTitles), words(kSelfEmployedTitles),
                         words(kBusinessTitles)};
  return lists[employment_type];
}

}  // namespace credit_risk::generator
